-- AlterTable
ALTER TABLE "ModelVersion" ADD COLUMN     "smallestAreaShare" DOUBLE PRECISION NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "TrainingRun" ADD COLUMN     "provenance" JSONB;

-- CreateTable
CREATE TABLE "Evaluation" (
    "modelVersionId" UUID NOT NULL,
    "evaluation" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Evaluation_pkey" PRIMARY KEY ("modelVersionId")
);

-- AddForeignKey
ALTER TABLE "Evaluation" ADD CONSTRAINT "Evaluation_modelVersionId_fkey" FOREIGN KEY ("modelVersionId") REFERENCES "ModelVersion"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
