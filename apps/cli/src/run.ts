import { Command, CommanderError } from 'commander';
import { auditCommand } from './commands/audit.ts';
import { deadLettersCommand } from './commands/dead-letters.ts';
import { deidentificationCommand } from './commands/deidentification.ts';
import { deidentifyCommand } from './commands/deidentify.ts';
import { demoCommand } from './commands/demo.ts';
import { downCommand } from './commands/down.ts';
import { evaluateCommand } from './commands/evaluate.ts';
import { exportTreeCommand } from './commands/export-tree.ts';
import { importCommand } from './commands/import.ts';
import { lookCommand } from './commands/look.ts';
import { modelsCommand } from './commands/models.ts';
import { predictCommand } from './commands/predict.ts';
import { prepareCommand } from './commands/prepare.ts';
import { repairsCommand } from './commands/repairs.ts';
import { runCommand } from './commands/run.ts';
import { runsCommand } from './commands/runs.ts';
import { statusCommand } from './commands/status.ts';
import { trainCommand } from './commands/train.ts';
import { upCommand } from './commands/up.ts';
import { explainError } from './explain-error.ts';
import { exitCodes } from './exit-codes.ts';
import { ServicesNotRunning } from './services-not-running.ts';
import type { Session } from './session.ts';
import { openTerminal } from './terminal/terminal.ts';

/**
 * The program `mammoline`.
 * @param argv as process.argv
 * @returns the exit code
 */
export async function run(argv: readonly string[]): Promise<number> {
  const interruption = new AbortController();
  const interrupt = (): void => {
    // A second Ctrl-C does not wait for the clean end that the first asked for.
    if (interruption.signal.aborted) process.exit(exitCodes.interrupted);
    interruption.abort(new Error('interrupted'));
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  const session: Session = { terminal: openTerminal(process.stdout, process.stderr), signal: interruption.signal };
  const program = mammolineProgram(session);
  try {
    await program.parseAsync([...argv]);
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    if (interruption.signal.aborted) {
      session.terminal.say('interrupted');
      return exitCodes.interrupted;
    }
    const isVerbose = program.opts<{ verbose?: boolean }>().verbose === true;
    session.terminal.say(`mammoline: ${explainError(error, isVerbose)}`);
    return error instanceof ServicesNotRunning ? exitCodes.notRunning : exitCodes.failed;
  } finally {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
}

function mammolineProgram(session: Session): Command {
  const program = new Command('mammoline')
    .description(
      'Raw mammogram DICOM in; catalogue, training data, a trained segmentation model and predicted tumour masks out.\nFor research, not a medical device.',
    )
    .option('--work <dir>', 'holds Postgres, blobs and logs', '.mammoline')
    .option('--tls-ca <file>', "authority of the services' certificates, where they speak TLS (MAMMOLINE_TLS_CA_FILE)")
    .option('--tls-cert <file>', 'own certificate, where the services want one (MAMMOLINE_TLS_CERT_FILE)')
    .option('--tls-key <file>', 'its key (MAMMOLINE_TLS_KEY_FILE)')
    .option('--token-file <file>', 'holds the token that calls bear, where the services want one (MAMMOLINE_TOKEN_FILE)')
    .option('--verbose', 'on an error, tell its causes and where it was thrown')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(add --help for what is possible)')
    .exitOverride()
    .hook('preAction', () => {
      nameClientFiles(program);
    });
  const commands = [
    upCommand,
    downCommand,
    statusCommand,
    importCommand,
    exportTreeCommand,
    prepareCommand,
    lookCommand,
    trainCommand,
    runsCommand,
    modelsCommand,
    evaluateCommand,
    predictCommand,
    runCommand,
    demoCommand,
    repairsCommand,
    deadLettersCommand,
    auditCommand,
    deidentificationCommand,
    deidentifyCommand,
  ];
  for (const command of commands) program.addCommand(inherit(command(session), program));
  return program;
}

/** An option counts for more than the variable of the same meaning. */
function nameClientFiles(program: Command): void {
  const { tlsCa, tlsCert, tlsKey, tokenFile } = program.opts<{ tlsCa?: string; tlsCert?: string; tlsKey?: string; tokenFile?: string }>();
  if (tlsCa !== undefined) process.env['MAMMOLINE_TLS_CA_FILE'] = tlsCa;
  if (tlsCert !== undefined) process.env['MAMMOLINE_TLS_CERT_FILE'] = tlsCert;
  if (tlsKey !== undefined) process.env['MAMMOLINE_TLS_KEY_FILE'] = tlsKey;
  if (tokenFile !== undefined) process.env['MAMMOLINE_TOKEN_FILE'] = tokenFile;
}

/** A command that was made by itself does not know of the program's settings: errors must come back here, not end the process. */
function inherit(command: Command, program: Command): Command {
  command.copyInheritedSettings(program);
  for (const child of command.commands) inherit(child, program);
  return command;
}
