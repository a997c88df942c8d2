-- CreateTable
CREATE TABLE "ModelCard" (
    "modelVersionId" UUID NOT NULL,
    "markdownSha256" TEXT NOT NULL,
    "markdownUri" TEXT NOT NULL,
    "markdownSizeBytes" BIGINT NOT NULL,
    "htmlSha256" TEXT NOT NULL,
    "htmlUri" TEXT NOT NULL,
    "htmlSizeBytes" BIGINT NOT NULL,
    "madeAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ModelCard_pkey" PRIMARY KEY ("modelVersionId")
);

-- AddForeignKey
ALTER TABLE "ModelCard" ADD CONSTRAINT "ModelCard_modelVersionId_fkey" FOREIGN KEY ("modelVersionId") REFERENCES "ModelVersion"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
