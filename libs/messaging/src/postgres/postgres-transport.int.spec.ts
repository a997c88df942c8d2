import { createTestDatabase, describeTransport } from '@mammoline/testing';
import { openTransport } from './open-transport.fixture.ts';

describeTransport('postgres', async () => {
  const database = await createTestDatabase();
  return {
    open: () => openTransport(database.url),
    child: { module: new URL('open-transport.fixture.ts', import.meta.url), target: database.url },
    close: () => database.drop(),
  };
});
