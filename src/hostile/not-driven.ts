/** The requirements that input can violate and that no violation of the catalogue drives through the rpcs of mls_client.MLSClient, each with why. */
import type { RequirementId } from '../mls/requirements.ts';

const policy = 'what the application decides: no rpc sets a policy';
const custom = 'no rpc makes a client support a proposal type of its own, so that no honest Commit has one';

export const notDriven: { readonly [id in RequirementId]?: string } = {
  'R-5.3.1-01': policy,
  'R-5.3.1-02': policy,
  'R-5.3.1-03': policy,
  'R-5.3.1-04': policy,
  'R-5.3.1-05': policy,
  'R-5.3.1-06': policy,
  'R-5.3.1-07': policy,
  'R-5.3.1-08': policy,
  'R-7.2-10': policy,
  'R-7.3-04': 'no rpc makes a client list a proposal type of its own, so that no group can require one',
  'R-7.9.2-05': 'no true hash allows such a tree: each of the two links would have to cover the other',
  'R-12.1.8-02': policy,
  'R-12.2-16': custom,
  'R-12.2-19': policy,
  'R-12.4.3-05': 'each pending join of the interface may be a client of its own, so that nobody joins a group twice',
  'R-12.4.3.2-09': policy,
  'R-13.2-01': custom,
};
