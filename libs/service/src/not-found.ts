import { ServerError, Status } from 'nice-grpc';

/** What a gRPC handler throws for an id that names nothing. */
export const notFound = (message: string): ServerError => new ServerError(Status.NOT_FOUND, message);
