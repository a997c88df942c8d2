-- AlterTable
ALTER TABLE "ModelVersion" ADD COLUMN     "abstainAbove" DOUBLE PRECISION,
ADD COLUMN     "memberIds" UUID[] DEFAULT ARRAY[]::UUID[];

-- AlterTable
ALTER TABLE "Prediction" ADD COLUMN     "isAbstained" BOOLEAN,
ADD COLUMN     "uncertainty" DOUBLE PRECISION,
ADD COLUMN     "uncertaintyMapSha256" TEXT,
ADD COLUMN     "uncertaintyMapSizeBytes" BIGINT,
ADD COLUMN     "uncertaintyMapUri" TEXT;
