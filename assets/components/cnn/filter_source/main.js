// The unfiltered picture, in a part of its own: an answer that does not change it holds only its name.
export default ({ data }) => {
  globalThis.dl101Source = data; // { name, png }
  dispatchEvent(new Event("dl101-source"));
};
