import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { inWorkspace } from '../../workspace/paths.mjs';
import { alertsFile, alertTestsFile, dashboardFile, dashboardQueries, metricsIn, readAlerts } from './read-rules.mjs';

const read = (...names) => readFileSync(inWorkspace(...names), 'utf8');
const reference = [...read('docs', 'reference', 'metrics.md').matchAll(/^\| `(mammoline_\w+)`/gm)].map(([, name]) => name);
const operate = read('docs', 'how-to', 'operate.md');
const alerts = readAlerts();
const dashboard = JSON.parse(readFileSync(dashboardFile, 'utf8'));
const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

/** As GitHub makes them of headings. */
const anchorOf = (heading) => heading.toLowerCase().replaceAll(' ', '-');
const sections = operate
  .split(/^## /m)
  .slice(1)
  .map((text) => ({ anchor: anchorOf(text.slice(0, text.indexOf('\n'))), text }));

describe('the metrics reference', () => {
  it('names each metric that the sources make, and no other', () => {
    const sources = globSync('{apps,libs}/*/src/**/*.ts', { cwd: inWorkspace() }).filter(
      (file) => !/(\.spec\.ts|\/gen\/|\.fixture\.ts|libs\/testing\/)/.test(file),
    );
    const made = sources.flatMap((file) => [...read(file).matchAll(/name: '(mammoline_\w+)'/g)].map(([, name]) => name));
    expect([...new Set(made)].sort()).toEqual([...reference].sort());
  });
});

describe('the alerts', () => {
  it('have names of their own, a severity, and a runbook that is there', () => {
    expect(alerts.length).toBeGreaterThan(6);
    expect(new Set(alerts.map(({ name }) => name)).size).toBe(alerts.length);
    for (const { name, runbook, severity } of alerts) {
      expect(['critical', 'warning', 'info'], name).toContain(severity);
      const anchor = runbook?.replace('docs/how-to/operate.md#', '');
      const section = sections.find((it) => it.anchor === anchor);
      expect(section?.text, `${name} leads to ${runbook}`).toContain(`**${name}**, ${severity}.`);
    }
  });

  it('are all that the runbooks tell of', () => {
    const told = [...operate.matchAll(/^\*\*(Mammoline\w+)\*\*/gm)].map(([, name]) => name);
    expect(told.sort()).toEqual(alerts.map(({ name }) => name).sort());
  });

  it('each have a test', () => {
    const tested = new Set([...readFileSync(alertTestsFile, 'utf8').matchAll(/alertname: (\w+)/g)].map(([, name]) => name));
    expect([...tested].sort()).toEqual(alerts.map(({ name }) => name).sort());
  });

  it('ask for metrics that there are', () => {
    const asked = metricsIn(readFileSync(alertsFile, 'utf8'));
    expect(asked.filter((name) => !reference.includes(name))).toEqual([]);
    expect(asked.length).toBeGreaterThan(5);
  });

  it.skipIf(!hasPromtool)(
    'pass promtool, and fire when they should (skipped where promtool is absent: Debian has it in prometheus)',
    () => {
      execFileSync('promtool', ['check', 'rules', alertsFile], { stdio: 'pipe' });
      execFileSync('promtool', ['test', 'rules', path.basename(alertTestsFile)], { cwd: path.dirname(alertTestsFile), stdio: 'pipe' });
    },
  );
});

describe('the dashboard', () => {
  it('asks for metrics that there are, and shows each of the reference', () => {
    const asked = dashboardQueries(dashboard).flatMap(metricsIn);
    expect(asked.filter((name) => !reference.includes(name))).toEqual([]);
    expect(reference.filter((name) => !asked.includes(name))).toEqual([]);
  });

  it('is one that Grafana takes: panels with ids, titles, places and targets of the chosen data source', () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const panel of dashboard.panels) {
      expect(panel.title, panel.id).toMatch(/\S/);
      expect(panel.gridPos.x + panel.gridPos.w, panel.title).toBeLessThanOrEqual(24);
      if (panel.type === 'row') continue;
      expect(panel.datasource, panel.title).toEqual({ type: 'prometheus', uid: '${datasource}' });
      expect(panel.targets.length, panel.title).toBeGreaterThan(0);
    }
    expect(dashboard).toMatchObject({
      uid: 'mammoline',
      schemaVersion: 37,
      templating: { list: [{ name: 'datasource', type: 'datasource', query: 'prometheus' }] },
    });
  });
});
