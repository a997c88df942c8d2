import { readFileSync } from 'node:fs';
import path from 'node:path';
import { inWorkspace } from '../../workspace/paths.mjs';

const chart = inWorkspace('deploy', 'chart', 'mammoline', 'files');

export const alertsFile = path.join(chart, 'alerts.yaml');
export const alertTestsFile = path.join(chart, 'alerts.test.yaml');
export const dashboardFile = path.join(chart, 'dashboard.json');

/** The alerts of the rules file by what a line of it says; promtool checks that it is YAML and that its expressions are right. */
export function readAlerts() {
  return readFileSync(alertsFile, 'utf8')
    .split(/^ {6}- (?=alert: )/m)
    .slice(1)
    .map((text) => ({
      name: /^alert: (\w+)$/m.exec(text)?.[1],
      runbook: /^ {10}runbook_url: (\S+)$/m.exec(text)?.[1],
      severity: /severity: (\w+)/.exec(text)?.[1],
    }));
}

/** Every metric of ours that an expression names; of a histogram the metric, not its series. */
export function metricsIn(text) {
  return [...new Set([...text.matchAll(/\bmammoline_\w+/g)].map(([name]) => name.replace(/_(bucket|count|sum)$/, '')))].sort();
}

/** The expressions of all panels, and of the variables. */
export function dashboardQueries(dashboard) {
  const panels = dashboard.panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]);
  return [...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)), ...dashboard.templating.list.map(({ query }) => query)];
}
