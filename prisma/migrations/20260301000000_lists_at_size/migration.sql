-- AlterTable
ALTER TABLE "Abnormality" ADD COLUMN     "laterality" "Laterality",
ADD COLUMN     "patientCode" TEXT,
ADD COLUMN     "position" "ViewPosition";

UPDATE "Abnormality" AS a SET "patientCode" = v."patientCode", laterality = v.laterality, position = v.position
FROM "View" v WHERE v.id = a."viewId";

ALTER TABLE "Abnormality" ALTER COLUMN "laterality" SET NOT NULL,
ALTER COLUMN "patientCode" SET NOT NULL,
ALTER COLUMN "position" SET NOT NULL;

-- CreateTable
CREATE TABLE "Case" (
    "kind" "AbnormalityKind" NOT NULL,
    "officialSplit" "OfficialSplit" NOT NULL,
    "patientCode" TEXT NOT NULL,
    "laterality" "Laterality" NOT NULL,
    "position" "ViewPosition" NOT NULL,

    CONSTRAINT "Case_pkey" PRIMARY KEY ("kind","officialSplit","patientCode","laterality","position")
);

-- CreateTable
CREATE TABLE "TakenTable" (
    "kind" "AbnormalityKind" NOT NULL,
    "officialSplit" "OfficialSplit" NOT NULL,
    "filesReviewed" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "TakenTable_pkey" PRIMARY KEY ("kind","officialSplit")
);

INSERT INTO "TakenTable" (kind, "officialSplit", "filesReviewed") SELECT DISTINCT kind, "officialSplit", true FROM "Abnormality" WHERE "inTables";

INSERT INTO "Case" (kind, "officialSplit", "patientCode", laterality, position)
SELECT a.kind, a."officialSplit", a."patientCode", a.laterality, a.position FROM "Abnormality" a
UNION
SELECT i."abnormalityKind", i."officialSplit", v."patientCode", v.laterality, v.position
FROM "Image" i JOIN "View" v ON v.id = i."viewId" WHERE i.kind <> 'UNKNOWN';

-- DropIndex
DROP INDEX "Abnormality_kind_officialSplit_idx";

-- DropIndex
DROP INDEX "Abnormality_pathology_idx";

-- DropIndex
DROP INDEX "Prediction_modelVersionId_idx";

-- DropIndex
DROP INDEX "Repair_kind_idx";

-- DropIndex
DROP INDEX "SourceFile_importId_idx";

-- CreateIndex
CREATE INDEX "Abnormality_pathology_kind_officialSplit_patientCode_latera_idx" ON "Abnormality"("pathology", "kind", "officialSplit", "patientCode", "laterality", "position");

-- CreateIndex
CREATE INDEX "Prediction_modelVersionId_createdAt_id_idx" ON "Prediction"("modelVersionId", "createdAt", "id");

-- CreateIndex
CREATE INDEX "Repair_kind_subject_idx" ON "Repair"("kind", "subject");

-- CreateIndex
CREATE INDEX "SourceFile_importId_outcome_idx" ON "SourceFile"("importId", "outcome");
