-- AlterTable
ALTER TABLE "Outbox" ADD COLUMN     "extensions" JSONB;
