-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "Laterality" AS ENUM ('LEFT', 'RIGHT');

-- CreateEnum
CREATE TYPE "ViewPosition" AS ENUM ('CC', 'MLO');

-- CreateEnum
CREATE TYPE "AbnormalityKind" AS ENUM ('MASS', 'CALCIFICATION');

-- CreateEnum
CREATE TYPE "OfficialSplit" AS ENUM ('TRAINING', 'TEST');

-- CreateEnum
CREATE TYPE "ImageKind" AS ENUM ('FULL', 'CROP', 'MASK', 'UNKNOWN');

-- CreateEnum
CREATE TYPE "FileOutcome" AS ENUM ('STORED', 'DUPLICATE', 'REJECTED');

-- CreateEnum
CREATE TYPE "RunState" AS ENUM ('QUEUED', 'RUNNING', 'SUCCEEDED', 'FAILED');

-- CreateTable
CREATE TABLE "ImportRun" (
    "id" UUID NOT NULL,
    "directory" TEXT NOT NULL,
    "startedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "ImportRun_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "SourceFile" (
    "path" TEXT NOT NULL,
    "importId" UUID NOT NULL,
    "sourcePath" TEXT NOT NULL,
    "sizeBytes" BIGINT NOT NULL,
    "modifiedMs" BIGINT NOT NULL,
    "sha256" TEXT,
    "outcome" "FileOutcome" NOT NULL,
    "reason" TEXT,
    "detail" TEXT,

    CONSTRAINT "SourceFile_pkey" PRIMARY KEY ("path")
);

-- CreateTable
CREATE TABLE "DicomFile" (
    "sha256" TEXT NOT NULL,
    "sizeBytes" BIGINT NOT NULL,
    "uri" TEXT NOT NULL,
    "sourcePath" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "DicomFile_pkey" PRIMARY KEY ("sha256")
);

-- CreateTable
CREATE TABLE "ImportedTable" (
    "sha256" TEXT NOT NULL,
    "fileName" TEXT NOT NULL,
    "rows" INTEGER NOT NULL,
    "problems" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ImportedTable_pkey" PRIMARY KEY ("sha256")
);

-- CreateTable
CREATE TABLE "Patient" (
    "code" TEXT NOT NULL,

    CONSTRAINT "Patient_pkey" PRIMARY KEY ("code")
);

-- CreateTable
CREATE TABLE "View" (
    "id" UUID NOT NULL,
    "patientCode" TEXT NOT NULL,
    "laterality" "Laterality" NOT NULL,
    "position" "ViewPosition" NOT NULL,
    "breastDensity" INTEGER,
    "revision" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "View_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Abnormality" (
    "id" UUID NOT NULL,
    "viewId" UUID NOT NULL,
    "kind" "AbnormalityKind" NOT NULL,
    "number" INTEGER NOT NULL,
    "officialSplit" "OfficialSplit" NOT NULL,
    "pathology" TEXT,
    "assessment" INTEGER,
    "subtlety" INTEGER,
    "attributes" JSONB NOT NULL DEFAULT '{}',
    "inTables" BOOLEAN NOT NULL,
    "fullPath" TEXT,
    "cropPath" TEXT,
    "maskPath" TEXT,

    CONSTRAINT "Abnormality_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Image" (
    "id" UUID NOT NULL,
    "sha256" TEXT NOT NULL,
    "uri" TEXT NOT NULL,
    "sizeBytes" BIGINT NOT NULL,
    "sourcePath" TEXT NOT NULL,
    "kind" "ImageKind" NOT NULL,
    "name" TEXT NOT NULL,
    "evidence" TEXT NOT NULL,
    "viewId" UUID,
    "abnormalityKind" "AbnormalityKind",
    "officialSplit" "OfficialSplit",
    "abnormalityNumber" INTEGER,
    "variant" INTEGER NOT NULL DEFAULT 1,
    "sopInstanceUid" TEXT NOT NULL,
    "seriesInstanceUid" TEXT NOT NULL,
    "rows" INTEGER NOT NULL,
    "columns" INTEGER NOT NULL,
    "bitsAllocated" INTEGER NOT NULL,
    "bitsStored" INTEGER NOT NULL,
    "photometric" TEXT NOT NULL,
    "pixelSpacingMm" DOUBLE PRECISION[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Image_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "MergedMask" (
    "id" UUID NOT NULL,
    "viewId" UUID NOT NULL,
    "abnormalityKind" "AbnormalityKind" NOT NULL,
    "revision" INTEGER NOT NULL,
    "inputsHash" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "uri" TEXT NOT NULL,
    "sizeBytes" BIGINT NOT NULL,
    "rows" INTEGER NOT NULL,
    "columns" INTEGER NOT NULL,
    "maskCount" INTEGER NOT NULL,
    "refusedCount" INTEGER NOT NULL,
    "areaPx" BIGINT NOT NULL,

    CONSTRAINT "MergedMask_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PreparedView" (
    "id" UUID NOT NULL,
    "viewId" UUID NOT NULL,
    "abnormalityKind" "AbnormalityKind" NOT NULL,
    "officialSplit" "OfficialSplit" NOT NULL,
    "revision" INTEGER NOT NULL,
    "inputsHash" TEXT NOT NULL,
    "recipeHash" TEXT NOT NULL,
    "geometry" JSONB NOT NULL,
    "imageSha256" TEXT NOT NULL,
    "imageUri" TEXT NOT NULL,
    "imageSizeBytes" BIGINT NOT NULL,
    "maskSha256" TEXT,
    "maskUri" TEXT,
    "maskSizeBytes" BIGINT,

    CONSTRAINT "PreparedView_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "PreparedCrop" (
    "imageId" UUID NOT NULL,
    "recipeHash" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "uri" TEXT NOT NULL,
    "sizeBytes" BIGINT NOT NULL,

    CONSTRAINT "PreparedCrop_pkey" PRIMARY KEY ("imageId")
);

-- CreateTable
CREATE TABLE "Split" (
    "hash" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "seed" BIGINT NOT NULL,
    "abnormalityKind" "AbnormalityKind",
    "training" TEXT[],
    "validation" TEXT[],
    "test" TEXT[],
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Split_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "TrainingRun" (
    "id" UUID NOT NULL,
    "state" "RunState" NOT NULL DEFAULT 'QUEUED',
    "options" JSONB NOT NULL,
    "splitHash" TEXT NOT NULL,
    "leaseOwner" TEXT,
    "leaseExpiresAt" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "stepsDone" INTEGER NOT NULL DEFAULT 0,
    "steps" INTEGER NOT NULL DEFAULT 0,
    "checkpoint" JSONB,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "startedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),

    CONSTRAINT "TrainingRun_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "TrainingEpoch" (
    "runId" UUID NOT NULL,
    "epoch" INTEGER NOT NULL,
    "loss" DOUBLE PRECISION NOT NULL,
    "validationLoss" DOUBLE PRECISION NOT NULL,
    "validationDice" DOUBLE PRECISION NOT NULL,
    "validationIou" DOUBLE PRECISION NOT NULL,
    "seconds" DOUBLE PRECISION NOT NULL,

    CONSTRAINT "TrainingEpoch_pkey" PRIMARY KEY ("runId","epoch")
);

-- CreateTable
CREATE TABLE "ModelVersion" (
    "id" UUID NOT NULL,
    "runId" UUID NOT NULL,
    "network" TEXT NOT NULL,
    "imageSize" INTEGER NOT NULL,
    "abnormalityKind" "AbnormalityKind",
    "parameters" BIGINT NOT NULL,
    "backend" TEXT NOT NULL,
    "weightsSha256" TEXT NOT NULL,
    "weightsUri" TEXT NOT NULL,
    "weightsSizeBytes" BIGINT NOT NULL,
    "recipeHash" TEXT NOT NULL,
    "bestEpoch" INTEGER NOT NULL,
    "validationDice" DOUBLE PRECISION NOT NULL,
    "threshold" DOUBLE PRECISION NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ModelVersion_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ModelAlias" (
    "alias" TEXT NOT NULL,
    "modelVersionId" UUID NOT NULL,

    CONSTRAINT "ModelAlias_pkey" PRIMARY KEY ("alias")
);

-- CreateTable
CREATE TABLE "Prediction" (
    "id" UUID NOT NULL,
    "viewId" UUID NOT NULL,
    "abnormalityKind" "AbnormalityKind" NOT NULL,
    "modelVersionId" UUID NOT NULL,
    "preparedInputsHash" TEXT NOT NULL,
    "maskSha256" TEXT NOT NULL,
    "maskUri" TEXT NOT NULL,
    "maskSizeBytes" BIGINT NOT NULL,
    "rows" INTEGER NOT NULL,
    "columns" INTEGER NOT NULL,
    "regions" JSONB NOT NULL,
    "probability" DOUBLE PRECISION NOT NULL,
    "threshold" DOUBLE PRECISION NOT NULL,
    "areaPx" BIGINT NOT NULL,
    "areaMm2" DOUBLE PRECISION,
    "dice" DOUBLE PRECISION,
    "iou" DOUBLE PRECISION,
    "truthAreaPx" BIGINT,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Prediction_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Repair" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "was" TEXT NOT NULL,
    "now" TEXT NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Repair_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Inbox" (
    "stage" TEXT NOT NULL,
    "eventId" UUID NOT NULL,
    "outcome" TEXT NOT NULL,
    "reason" TEXT,
    "wallMs" DOUBLE PRECISION NOT NULL,
    "processedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Inbox_pkey" PRIMARY KEY ("stage","eventId")
);

-- CreateTable
CREATE TABLE "Outbox" (
    "id" UUID NOT NULL,
    "topic" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "traceparent" TEXT,
    "payload" BYTEA NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "publishedAt" TIMESTAMPTZ(3),
    "position" BIGSERIAL NOT NULL,

    CONSTRAINT "Outbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "DeadLetter" (
    "id" UUID NOT NULL,
    "stage" TEXT NOT NULL,
    "eventId" UUID NOT NULL,
    "topic" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "traceparent" TEXT,
    "payload" BYTEA NOT NULL,
    "eventTime" TIMESTAMPTZ(3) NOT NULL,
    "errorKind" TEXT NOT NULL,
    "error" TEXT NOT NULL,
    "attempts" INTEGER NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "replayedAt" TIMESTAMPTZ(3),

    CONSTRAINT "DeadLetter_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "SourceFile_importId_idx" ON "SourceFile"("importId");

-- CreateIndex
CREATE INDEX "SourceFile_sha256_idx" ON "SourceFile"("sha256");

-- CreateIndex
CREATE UNIQUE INDEX "View_patientCode_laterality_position_key" ON "View"("patientCode", "laterality", "position");

-- CreateIndex
CREATE INDEX "Abnormality_pathology_idx" ON "Abnormality"("pathology");

-- CreateIndex
CREATE INDEX "Abnormality_kind_officialSplit_idx" ON "Abnormality"("kind", "officialSplit");

-- CreateIndex
CREATE UNIQUE INDEX "Abnormality_viewId_kind_number_key" ON "Abnormality"("viewId", "kind", "number");

-- CreateIndex
CREATE UNIQUE INDEX "Image_sha256_key" ON "Image"("sha256");

-- CreateIndex
CREATE INDEX "Image_viewId_abnormalityKind_kind_idx" ON "Image"("viewId", "abnormalityKind", "kind");

-- CreateIndex
CREATE INDEX "Image_name_variant_id_idx" ON "Image"("name", "variant", "id");

-- CreateIndex
CREATE INDEX "Image_seriesInstanceUid_idx" ON "Image"("seriesInstanceUid");

-- CreateIndex
CREATE UNIQUE INDEX "MergedMask_viewId_abnormalityKind_key" ON "MergedMask"("viewId", "abnormalityKind");

-- CreateIndex
CREATE UNIQUE INDEX "PreparedView_viewId_abnormalityKind_key" ON "PreparedView"("viewId", "abnormalityKind");

-- CreateIndex
CREATE UNIQUE INDEX "ModelVersion_runId_key" ON "ModelVersion"("runId");

-- CreateIndex
CREATE INDEX "Prediction_modelVersionId_idx" ON "Prediction"("modelVersionId");

-- CreateIndex
CREATE INDEX "Prediction_createdAt_id_idx" ON "Prediction"("createdAt", "id");

-- CreateIndex
CREATE UNIQUE INDEX "Prediction_viewId_abnormalityKind_modelVersionId_key" ON "Prediction"("viewId", "abnormalityKind", "modelVersionId");

-- CreateIndex
CREATE INDEX "Repair_kind_idx" ON "Repair"("kind");

-- CreateIndex
CREATE INDEX "Inbox_processedAt_idx" ON "Inbox"("processedAt");

-- CreateIndex
CREATE INDEX "Outbox_publishedAt_position_idx" ON "Outbox"("publishedAt", "position");

-- CreateIndex
CREATE INDEX "Outbox_topic_position_idx" ON "Outbox"("topic", "position");

-- CreateIndex
CREATE INDEX "DeadLetter_createdAt_idx" ON "DeadLetter"("createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "DeadLetter_stage_eventId_key" ON "DeadLetter"("stage", "eventId");

-- AddForeignKey
ALTER TABLE "SourceFile" ADD CONSTRAINT "SourceFile_importId_fkey" FOREIGN KEY ("importId") REFERENCES "ImportRun"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "View" ADD CONSTRAINT "View_patientCode_fkey" FOREIGN KEY ("patientCode") REFERENCES "Patient"("code") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Abnormality" ADD CONSTRAINT "Abnormality_viewId_fkey" FOREIGN KEY ("viewId") REFERENCES "View"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Image" ADD CONSTRAINT "Image_viewId_fkey" FOREIGN KEY ("viewId") REFERENCES "View"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MergedMask" ADD CONSTRAINT "MergedMask_viewId_fkey" FOREIGN KEY ("viewId") REFERENCES "View"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PreparedView" ADD CONSTRAINT "PreparedView_viewId_fkey" FOREIGN KEY ("viewId") REFERENCES "View"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "PreparedCrop" ADD CONSTRAINT "PreparedCrop_imageId_fkey" FOREIGN KEY ("imageId") REFERENCES "Image"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TrainingRun" ADD CONSTRAINT "TrainingRun_splitHash_fkey" FOREIGN KEY ("splitHash") REFERENCES "Split"("hash") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TrainingEpoch" ADD CONSTRAINT "TrainingEpoch_runId_fkey" FOREIGN KEY ("runId") REFERENCES "TrainingRun"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ModelVersion" ADD CONSTRAINT "ModelVersion_runId_fkey" FOREIGN KEY ("runId") REFERENCES "TrainingRun"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ModelAlias" ADD CONSTRAINT "ModelAlias_modelVersionId_fkey" FOREIGN KEY ("modelVersionId") REFERENCES "ModelVersion"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Prediction" ADD CONSTRAINT "Prediction_viewId_fkey" FOREIGN KEY ("viewId") REFERENCES "View"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "Prediction" ADD CONSTRAINT "Prediction_modelVersionId_fkey" FOREIGN KEY ("modelVersionId") REFERENCES "ModelVersion"("id") ON DELETE RESTRICT ON UPDATE CASCADE;


