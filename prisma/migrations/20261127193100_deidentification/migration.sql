-- CreateTable
CREATE TABLE "PatientNaming" (
    "id" INTEGER NOT NULL,
    "keyFingerprint" TEXT,

    CONSTRAINT "PatientNaming_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Deidentification" (
    "sha256" TEXT NOT NULL,
    "sourcePath" TEXT NOT NULL,
    "burnedIn" TEXT NOT NULL,
    "kept" INTEGER NOT NULL,
    "changes" JSONB NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Deidentification_pkey" PRIMARY KEY ("sha256")
);

-- A catalogue that holds something has patients under the names that they came with.
INSERT INTO "PatientNaming" ("id") SELECT 1 WHERE EXISTS (SELECT 1 FROM "SourceFile") OR EXISTS (SELECT 1 FROM "ImportedTable") OR EXISTS (SELECT 1 FROM "Patient");
