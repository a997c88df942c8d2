export { bindStage, done, skip, type Outcome, type Stage, type StageBinding, type StageContext } from './stage.ts';
export { grpcService, type GrpcBinding, type Runtime, type ServiceDefinition, type ServiceWorker } from './service.ts';
