import { defineConfig } from 'prisma/config';

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env['MAMMOLINE_POSTGRES_URL'] ?? 'postgresql://127.0.0.1/postgres' },
});
