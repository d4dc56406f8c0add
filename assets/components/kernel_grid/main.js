// A kernel as a grid of number fields: Tab moves on, up and down change by one, typing sends at once.

const states = new WeakMap()
const PAUSE = 120 // ms without a key before a typed kernel is sent

function values(state) {
  return state.inputs.map((row) => row.map((input) => input.value))
}

function complete(state) {
  return state.inputs.flat().every((input) => input.value !== "" && input.checkValidity())
}

function send(state, pause = PAUSE) {
  clearTimeout(state.timer)
  state.timer = setTimeout(() => {
    if (complete(state)) state.send("rows", values(state).map((row) => row.join(",")).join(";"))
  }, pause)
}

function build(state, size, limit) {
  const grid = state.root.querySelector(".grid")
  grid.style.gridTemplateColumns = `repeat(${size}, 1fr)`
  state.inputs = Array.from({ length: size }, (_, row) =>
    Array.from({ length: size }, (_, column) => {
      const input = document.createElement("input")
      Object.assign(input, { type: "number", step: "any", min: -limit, max: limit, value: 0 })
      input.setAttribute("aria-label", `Row ${row + 1}, column ${column + 1}`)
      input.addEventListener("input", () => send(state))
      input.addEventListener("focus", () => input.select())
      // step="any" would step by one from the typed value in some browsers only
      input.addEventListener("keydown", (event) => {
        const by = { ArrowUp: 1, ArrowDown: -1 }[event.key]
        if (!by) return
        event.preventDefault()
        input.value = Math.round((Number(input.value) + by) * 1000) / 1000
        send(state, 0)
      })
      return input
    }),
  )
  grid.replaceChildren(...state.inputs.flat())
  for (const button of state.root.querySelectorAll("[data-size]"))
    button.setAttribute("aria-pressed", String(Number(button.dataset.size) === size))
}

// The same kernel in another size: a smaller one stands in the middle of zeros.
function resize(state, size) {
  const old = values(state)
  const shift = (size - old.length) / 2
  build(state, size, state.limit)
  state.inputs.forEach((row, u) => row.forEach((input, v) => { input.value = old[u - shift]?.[v - shift] ?? 0 }))
  send(state, 0)
}

function show(state, rows) {
  if (state.inputs?.length !== rows.length) build(state, rows.length, state.limit)
  const focused = state.inputs[0][0].getRootNode().activeElement
  rows.forEach((row, u) => row.forEach((value, v) => {
    const input = state.inputs[u][v]
    // A field being typed into keeps its text; an older answer must not overwrite it.
    if (input !== focused && Number(input.value) !== value) input.value = value
  }))
}

export default function ({ data, parentElement, setTriggerValue }) {
  let state = states.get(parentElement)
  if (!state) {
    state = { root: parentElement, limit: data.limit }
    states.set(parentElement, state)
    for (const button of parentElement.querySelectorAll("[data-size]"))
      button.onclick = () => resize(state, Number(button.dataset.size))
    parentElement.querySelector("[data-clear]").onclick = () => {
      for (const input of state.inputs.flat()) input.value = 0
      send(state, 0)
    }
  }
  state.send = setTriggerValue
  show(state, data.rows)
  return () => clearTimeout(state.timer)
}
