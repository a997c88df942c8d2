import { describeError } from '@mammoline/kernel';
import type { Sampler, SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import { spansUrl, type TracingVariables } from './tracing-variables.ts';
import { createTracing, noTracing, type Tracing } from './tracing.ts';

const closeWithinMs = 2000;

/** Spans by OTLP (http/protobuf) to where the variables of OpenTelemetry say. The library is loaded only where they name a place. */
export async function openTracing(serviceName: string, variables: TracingVariables, log: Pick<Logger, 'warn' | 'info'>): Promise<Tracing> {
  const url = spansUrl(variables);
  if (url === undefined) return noTracing;
  const [sdk, { OTLPTraceExporter }, resources] = await Promise.all([
    import('@opentelemetry/sdk-trace'),
    import('@opentelemetry/exporter-trace-otlp-proto'),
    import('@opentelemetry/resources'),
  ]);
  const samplers: Readonly<Record<TracingVariables['OTEL_TRACES_SAMPLER'], () => Sampler>> = {
    always_on: () => new sdk.AlwaysOnSampler(),
    always_off: () => new sdk.AlwaysOffSampler(),
    traceidratio: () => new sdk.TraceIdRatioBasedSampler(variables.OTEL_TRACES_SAMPLER_ARG),
    parentbased_always_on: () => new sdk.ParentBasedSampler({ root: new sdk.AlwaysOnSampler() }),
    parentbased_always_off: () => new sdk.ParentBasedSampler({ root: new sdk.AlwaysOffSampler() }),
    parentbased_traceidratio: () =>
      new sdk.ParentBasedSampler({ root: new sdk.TraceIdRatioBasedSampler(variables.OTEL_TRACES_SAMPLER_ARG) }),
  };
  const provider = new sdk.TracerProvider({
    sampler: samplers[variables.OTEL_TRACES_SAMPLER](),
    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES come last: a deployment knows better than the program.
    resource: resources
      .resourceFromAttributes({ 'service.namespace': 'mammoline', 'service.name': serviceName, 'process.pid': process.pid })
      .merge(resources.detectResources({ detectors: [resources.resourceAttributesEnvDetector, resources.serviceNameEnvDetector] })),
    spanProcessors: [
      new sdk.BatchSpanProcessor({
        exporter: sayingFailures(new OTLPTraceExporter({ url }), log),
        scheduledDelayMillis: variables.OTEL_BSP_SCHEDULE_DELAY,
      }),
    ],
  });
  return createTracing(provider.getTracer('mammoline'), async () => {
    // A collector that is away must not hold up the end of the program; its spans are lost.
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, closeWithinMs);
    });
    await Promise.race([provider.shutdown().catch(() => undefined), over]);
    clearTimeout(timer);
  });
}

/** OpenTelemetry keeps its troubles to itself: says once that spans are lost, and once that they arrive again. */
function sayingFailures(exporter: SpanExporter, log: Pick<Logger, 'warn' | 'info'>): SpanExporter {
  let failing = false;
  return {
    export: (spans, done) => {
      exporter.export(spans, (result) => {
        const failed = result.error !== undefined;
        if (failed && !failing) log.warn({ err: describeError(result.error) }, 'spans are lost: the collector does not take them');
        if (!failed && failing) log.info('the collector takes spans again');
        failing = failed;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    ...(exporter.forceFlush !== undefined && { forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve() }),
  };
}
