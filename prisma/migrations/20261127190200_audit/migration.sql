-- CreateTable
CREATE TABLE "AuditEntry" (
    "position" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "service" TEXT NOT NULL,
    "who" TEXT NOT NULL,
    "peer" TEXT NOT NULL,
    "method" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "previousHash" TEXT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "AuditEntry_pkey" PRIMARY KEY ("position")
);

-- CreateTable
CREATE TABLE "AuditHead" (
    "id" INTEGER NOT NULL,
    "position" BIGINT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "AuditHead_pkey" PRIMARY KEY ("id")
);

INSERT INTO "AuditHead" (id, position, hash) VALUES (1, 0, '');

-- One chain for all writers: whoever appends holds the row of the head until its transaction ends. The position, the time and the hashes are made here,
-- so that no writer can choose them, and times do not go back along the chain.
CREATE FUNCTION chain_audit_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  head "AuditHead";
BEGIN
  SELECT * INTO STRICT head FROM "AuditHead" WHERE id = 1 FOR UPDATE;
  NEW.position := head.position + 1;
  NEW.at := date_trunc('milliseconds', clock_timestamp());
  NEW."previousHash" := head.hash;
  -- Each field with its length before it: no two rows have the same text. libs/catalogue/src/audit/hash-audit-entry.ts makes the same.
  NEW.hash := encode(sha256(convert_to((
    SELECT string_agg(octet_length(field)::text || ':' || field, '' ORDER BY at)
    FROM unnest(ARRAY[
      NEW.position::text, round(extract(epoch FROM NEW.at) * 1000)::bigint::text, NEW.service, NEW.who, NEW.peer, NEW.method, NEW.subject, NEW.outcome,
      NEW."previousHash"
    ]) WITH ORDINALITY AS fields (field, at)
  ), 'UTF8')), 'hex');
  UPDATE "AuditHead" SET position = NEW.position, hash = NEW.hash WHERE id = 1;
  RETURN NEW;
END $$;

CREATE TRIGGER "AuditEntry_chain" BEFORE INSERT ON "AuditEntry" FOR EACH ROW EXECUTE FUNCTION chain_audit_entry();
CREATE TRIGGER "AuditEntry_immutable" BEFORE UPDATE OR DELETE ON "AuditEntry" FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER "AuditEntry_kept" BEFORE TRUNCATE ON "AuditEntry" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER "AuditHead_immutable" BEFORE INSERT OR DELETE ON "AuditHead" FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER "AuditHead_moved_by_entries" BEFORE UPDATE ON "AuditHead" FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER "AuditHead_kept" BEFORE TRUNCATE ON "AuditHead" FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
