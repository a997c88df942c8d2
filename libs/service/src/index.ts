export { bindStage, done, skip, type Outcome, type Stage, type StageBinding, type StageContext } from './stage.ts';
export { grpcService, type GrpcBinding, type Runtime, type ServiceDefinition, type ServiceWorker } from './service.ts';
export { exitCodes, runService } from './run-service.ts';
export { grpcMessageLimitBytes } from './grpc/start-grpc-server.ts';
export { notFound } from './not-found.ts';
export { replayDeadLetters } from './replay-dead-letters.ts';
export { type Ready } from './write-ready-file.ts';
export { pageRequest } from './grpc/page-request.ts';
