import type { Fault } from '../fault.ts';
import { brokerKilled } from './broker-killed.ts';
import { brokerLost } from './broker-lost.ts';
import { connectionsCut, connectionsSlow } from './connections.ts';
import { consumerFrozen } from './consumer-frozen.ts';
import { deliveredTwice } from './delivered-twice.ts';
import { diskFull } from './disk-full.ts';
import { poison } from './poison.ts';
import { postgresRestarted } from './postgres-restarted.ts';
import { replicasRace } from './replicas-race.ts';
import { reverseOrder } from './reverse-order.ts';
import { serviceKilled } from './service-killed.ts';
import { storeAway, storeFrozen } from './store-away.ts';

export const allFaults: readonly Fault[] = [
  serviceKilled,
  consumerFrozen,
  brokerKilled,
  brokerLost,
  postgresRestarted,
  storeAway,
  storeFrozen,
  connectionsCut,
  connectionsSlow,
  deliveredTwice,
  reverseOrder,
  poison,
  replicasRace,
  diskFull,
];
