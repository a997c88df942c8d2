-- CreateTable
CREATE TABLE "ModelMove" (
    "position" BIGSERIAL NOT NULL,
    "alias" TEXT NOT NULL,
    "cause" TEXT NOT NULL,
    "fromId" UUID,
    "toId" UUID NOT NULL,
    "movedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "ModelMove_pkey" PRIMARY KEY ("position")
);

-- CreateIndex
CREATE INDEX "ModelMove_alias_position_idx" ON "ModelMove"("alias", "position");

-- AddForeignKey
ALTER TABLE "ModelMove" ADD CONSTRAINT "ModelMove_fromId_fkey" FOREIGN KEY ("fromId") REFERENCES "ModelVersion"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ModelMove" ADD CONSTRAINT "ModelMove_toId_fkey" FOREIGN KEY ("toId") REFERENCES "ModelVersion"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Until now the newest version predicted what came: it is the champion.
INSERT INTO "ModelAlias" (alias, "modelVersionId")
SELECT 'champion', id FROM "ModelVersion" ORDER BY "createdAt" DESC, id DESC LIMIT 1
ON CONFLICT DO NOTHING;

INSERT INTO "ModelMove" (alias, cause, "toId") SELECT alias, 'FIRST', "modelVersionId" FROM "ModelAlias" ORDER BY alias;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of "%" are never changed', TG_TABLE_NAME;
END $$;

CREATE TRIGGER "ModelVersion_immutable" BEFORE UPDATE ON "ModelVersion" FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER "ModelMove_immutable" BEFORE UPDATE OR DELETE ON "ModelMove" FOR EACH ROW EXECUTE FUNCTION refuse_change();
