-- DropIndex
DROP INDEX "Outbox_topic_position_idx";
