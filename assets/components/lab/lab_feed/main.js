export default ({ data, setStateValue }) => {
  globalThis.dl101Feed = { text: data.text, ask: setStateValue };
  dispatchEvent(new Event("dl101-lab"));
};
