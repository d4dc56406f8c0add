// The picture before, in a part of its own: an answer that does not change it brings a name only.
export default ({ data }) => {
  globalThis.dl101Source = data; // { name, png }
  dispatchEvent(new Event("dl101-source"));
};
