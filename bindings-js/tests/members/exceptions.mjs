// What is documented and not tested here, each with the reason. A name that is tested after all has to go.
export const UNTESTED = {};
