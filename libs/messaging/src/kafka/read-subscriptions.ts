import kafkajs, { type Admin } from 'kafkajs';

/**
 * The topics of each group, also those of which it has committed nothing yet: what its members ask for. While they are sorting themselves out the broker does
 * not tell; then `fallback`, so that too much is counted rather than nothing. Groups without members are left out.
 */
export async function readSubscriptions(
  admin: Pick<Admin, 'describeGroups'>,
  groupIds: readonly string[],
  fallback: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const { groups } = await admin.describeGroups([...groupIds]);
  return new Map(
    groups
      .filter(({ members }) => members.length > 0)
      .map(({ groupId, members }) => {
        const told = members.flatMap(({ memberMetadata }) =>
          memberMetadata.length === 0 ? [] : (kafkajs.AssignerProtocol.MemberMetadata.decode(memberMetadata)?.topics ?? []),
        );
        return [groupId, told.length === 0 ? fallback : [...new Set(told)]] as const;
      }),
  );
}
