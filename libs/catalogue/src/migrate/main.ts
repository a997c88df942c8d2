import { applyMigrations } from '../embedded/apply-migrations.ts';
import { migrate } from './migrate.ts';

// The program of the migration Job: `node libs/catalogue/src/migrate/main.ts`.
process.exitCode = await migrate(process.env, applyMigrations, (line) => {
  process.stdout.write(`${line}\n`);
});
