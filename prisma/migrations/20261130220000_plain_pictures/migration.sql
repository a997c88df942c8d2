-- The mammogram before its contrast is evened out, which networks can learn from as well. Null where it was prepared before.
ALTER TABLE "PreparedView" ADD COLUMN "plainSha256" TEXT,
  ADD COLUMN "plainUri" TEXT,
  ADD COLUMN "plainSizeBytes" BIGINT;
