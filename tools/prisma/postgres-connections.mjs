import { randomUUID } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import { ColumnTypeEnum } from '@prisma/driver-adapter-utils';

/** Postgres' one-byte type "char", which its own catalogue is full of, and the type that the adapter takes in its stead. */
const charOid = 18;
const bpcharOid = 1042;

/** What the engine asks for connections: to the database of `url`, and to a shadow database that it makes and drops. */
export async function postgresConnections(url) {
  await readCharColumns();
  const at = (database) => new PrismaPg(connectionOf(url, database), { schema: url.searchParams.get('schema') ?? 'public' });
  const factory = at(decodeURIComponent(url.pathname.slice(1)));
  factory.connectToShadowDb = () => openShadowDatabase(factory, at);
  return factory;
}

/** Not one `connectionString`: its database would win over `database`, and the shadow database would be the real one. */
function connectionOf(url, database) {
  return {
    host: url.searchParams.get('host') ?? url.hostname,
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database,
  };
}

async function openShadowDatabase(factory, at) {
  const name = `prisma_migrate_shadow_db_${randomUUID()}`;
  const admin = await factory.connect();
  await admin.executeScript(`CREATE DATABASE "${name}"`);
  const shadow = await at(name).connect();
  const close = shadow.dispose.bind(shadow);
  shadow.dispose = async () => {
    await close();
    await admin.executeScript(`DROP DATABASE "${name}" WITH (FORCE)`);
    await admin.dispose();
  };
  return shadow;
}

/**
 * adapter-pg 7.10 refuses columns of the type "char", which the engine's introspection reads. Lets them through as bpchar and reports them as Character.
 * The two methods belong to a class that the package does not export; a connection (that is not opened yet) leads to it.
 */
async function readCharColumns() {
  const connection = await new PrismaPg({}).connect();
  const queryable = Object.getPrototypeOf(Object.getPrototypeOf(connection));
  await connection.dispose();
  const { performIO, queryRaw } = queryable;
  const charColumns = Symbol('columns of type "char"');

  queryable.performIO = async function (query) {
    const result = await performIO.call(this, query);
    query[charColumns] = [];
    for (const [index, field] of (result.fields ?? []).entries()) {
      if (field.dataTypeID !== charOid) continue;
      field.dataTypeID = bpcharOid;
      query[charColumns].push(index);
    }
    return result;
  };
  queryable.queryRaw = async function (query) {
    const result = await queryRaw.call(this, query);
    for (const index of query[charColumns] ?? []) result.columnTypes[index] = ColumnTypeEnum.Character;
    return result;
  };
}
