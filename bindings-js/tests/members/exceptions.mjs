// What is documented and not tested here, each with the reason. A name that is tested after all has to go.
const BY_OTHERS = "the package does this never itself; a recording that was made natively may hold it";
const NOT_YET = "it stands for actions of later versions, and there are none";

export const UNTESTED = {
  'Action{action: Unwind | Reset | CollectGarbage}.action: "CollectGarbage"': BY_OTHERS,
  "Action{action: Other}.action": NOT_YET,
  'Action{action: Other}.action: "Other"': NOT_YET,
};
