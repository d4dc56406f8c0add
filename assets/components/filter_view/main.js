// Before, after and difference on canvases, and one pixel's window × kernel written out.
// Hovering computes in the browser from the exact pixels of "before"; no call to the server.

const CHANNELS = ["red", "green", "blue"]
const states = new WeakMap()

// At most four decimals and the seven digits that float32 holds, as in figures/formulas.py.
function number(value) {
  const decimals = Math.max(0, Math.min(4, 7 - String(Math.trunc(Math.abs(value))).length))
  const rounded = Number(value.toFixed(decimals))
  return (Object.is(rounded, -0) ? 0 : rounded).toString().replace("-", "−")
}

async function paint(canvas, encoded) {
  if (canvas.encoded === encoded) return
  canvas.encoded = encoded
  const file = await (await fetch(`data:image/png;base64,${encoded}`)).blob()
  const image = await createImageBitmap(file, { colorSpaceConversion: "none", premultiplyAlpha: "none" })
  if (canvas.encoded !== encoded) return // a newer picture came meanwhile
  canvas.width = image.width
  canvas.height = image.height
  canvas.parentElement.style.setProperty("--ratio", image.width / image.height)
  canvas.getContext("2d", { willReadFrequently: true }).drawImage(image, 0, 0)
  canvas.dataset.painted = encoded.length + ":" + encoded.slice(-48)
}

// Where a place outside the picture is read from; null is a zero.
function source(place, size, mode) {
  if (place >= 0 && place < size) return place
  if (mode === "zeros") return null
  if (mode === "replicate") return Math.min(Math.max(place, 0), size - 1)
  if (mode === "circular") return ((place % size) + size) % size
  return place < 0 ? -place : 2 * (size - 1) - place // reflect, once at most
}

function windowAt(state, row, column, channel) {
  const { filter } = state.data
  const { width, height } = state.before
  const cells = []
  for (let u = 0; u < filter.rows.length; u++) {
    const line = []
    for (let v = 0; v < filter.rows.length; v++) {
      const y = row * filter.stride + u * filter.dilation - filter.pad
      const x = column * filter.stride + v * filter.dilation - filter.pad
      const sy = source(y, height, filter.mode)
      const sx = source(x, width, filter.mode)
      const inside = y >= 0 && y < height && x >= 0 && x < width
      const pixel = sy === null || sx === null ? 0 : state.before.data[(sy * width + sx) * 4 + channel]
      line.push({ value: pixel, outside: !inside })
    }
    cells.push(line)
  }
  return cells
}

function table(title, rows, className) {
  const node = document.createElement("table")
  node.className = className
  node.createCaption().textContent = title
  for (const row of rows) {
    const line = node.insertRow()
    for (const cell of row) {
      const td = line.insertCell()
      td.textContent = number(cell.value ?? cell)
      if (cell.outside) {
        td.className = "outside"
        td.title = "outside the picture: padding"
      }
    }
  }
  return node
}

function sign(text) {
  const node = document.createElement("span")
  node.className = "sign"
  node.textContent = text
  return node
}

function describe(state) {
  const { data, parts } = state
  if (!state.before) return
  const { filter } = data
  const after = parts.after.canvas
  const row = Math.min(state.at.row, after.height - 1)
  const column = Math.min(state.at.column, after.width - 1)
  const channel = data.channels === 1 ? 0 : state.channel
  const cells = windowAt(state, row, column, channel)
  const products = cells.map((line, u) => line.map((cell, v) => cell.value * filter.rows[u][v]))
  const total = products.flat().reduce((a, b) => a + b, 0)
  // In float32, as the server's PyTorch computes it.
  const value = Math.fround(Math.fround(total / filter.divisor) + filter.bias)
  let text = `Row ${row}, column ${column}${data.channels === 1 ? "" : ", " + CHANNELS[channel]}: sum of products ${number(total)}`
  if (filter.divisor !== 1) text += ` / ${number(filter.divisor)}`
  if (filter.bias) text += ` ${filter.bias < 0 ? "−" : "+"} ${number(Math.abs(filter.bias))}`
  if (filter.divisor !== 1 || filter.bias) text += ` = ${number(value)}`
  parts.sum.textContent = text
  parts.sum.dataset.value = value
  const size = filter.rows.length
  parts.tables.className = `tables k${size > 5 ? 7 : size}`
  parts.tables.replaceChildren(
    table("Pixels", cells, "pixels"), sign("×"),
    table("Kernel", filter.rows, "kernel"), sign("="),
    table("Products", products, "products"),
  )
  const reach = filter.dilation * (size - 1) + 1
  place(parts.after, column + 0.5, row + 0.5, 1, 1)
  const middle = (n) => n * filter.stride - filter.pad + reach / 2
  place(parts.before, middle(column), middle(row), reach, reach)
}

// The mark around a pixel (after) or its window (before), in pixels of the picture.
function place(part, x, y, width, height) {
  const { canvas, mark } = part
  const scale = canvas.clientWidth / canvas.width
  mark.style.left = `${canvas.offsetLeft + x * scale}px`
  mark.style.top = `${canvas.offsetTop + y * scale}px`
  mark.style.width = `${width * scale}px`
  mark.style.height = `${height * scale}px`
}

function caption(part, title, text) {
  const bold = document.createElement("b")
  bold.textContent = title
  part.caption.replaceChildren(bold, ` ${text}`)
}

function setUp(root, state) {
  const find = (selector) => root.querySelector(selector)
  const parts = { sum: find(".sum"), tables: find(".tables"), legend: find(".legend"), channels: find(".channels") }
  for (const name of ["before", "after", "difference"]) {
    const figure = find(`[data-picture=${name}]`)
    const mark = document.createElement("div")
    mark.className = "mark"
    if (name !== "difference") figure.append(mark)
    parts[name] = { figure, mark, canvas: figure.querySelector("canvas"), caption: figure.querySelector("figcaption") }
  }
  state.parts = parts
  CHANNELS.forEach((name, index) => {
    const label = document.createElement("label")
    const radio = document.createElement("input")
    radio.type = "radio"
    radio.name = "channel"
    radio.checked = index === 0
    radio.addEventListener("change", () => {
      state.channel = index
      describe(state)
    })
    label.append(radio, name)
    parts.channels.append(label)
  })

  const canvas = parts.after.canvas
  const listen = (target, type, handler) => target.addEventListener(type, handler)
  const at = (event) => {
    const box = canvas.getBoundingClientRect()
    const clamp = (n, size) => Math.min(Math.max(Math.floor(n), 0), size - 1)
    return {
      row: clamp(((event.clientY - box.top) / box.height) * canvas.height, canvas.height),
      column: clamp(((event.clientX - box.left) / box.width) * canvas.width, canvas.width),
    }
  }
  const look = (place) => {
    state.at = place
    describe(state)
  }
  const keep = () => {
    state.kept = state.at
    state.send("pixel", { row: state.at.row, column: state.at.column })
  }
  listen(canvas, "pointermove", (event) => look(at(event)))
  listen(canvas, "pointerleave", () => look(state.kept))
  listen(canvas, "click", (event) => {
    look(at(event))
    keep()
  })
  listen(canvas, "keydown", (event) => {
    const step = event.shiftKey ? 10 : 1
    const move = { ArrowUp: [-step, 0], ArrowDown: [step, 0], ArrowLeft: [0, -step], ArrowRight: [0, step] }[event.key]
    if (move) {
      const clamp = (n, size) => Math.min(Math.max(n, 0), size - 1)
      look({ row: clamp(state.at.row + move[0], canvas.height), column: clamp(state.at.column + move[1], canvas.width) })
      event.preventDefault()
    } else if (event.key === "Enter" || event.key === " ") {
      keep()
      event.preventDefault()
    }
  })
  state.observer = new ResizeObserver(() => describe(state))
  state.observer.observe(canvas)
  state.observer.observe(parts.before.canvas)
}

async function update(state) {
  const { data, parts } = state
  parts.difference.figure.hidden = !data.difference
  parts.channels.hidden = data.channels === 1
  parts.legend.hidden = !data.signed
  parts.legend.querySelector(".bar").style.background = `linear-gradient(to right, ${data.scale.map(([stop, colour]) => `${colour} ${stop * 100}%`).join(", ")})`
  caption(parts.before, "Before", data.before.text)
  caption(parts.after, "After", data.after.text)
  parts.before.canvas.setAttribute("aria-label", `Before: ${data.name}, ${data.before.text}`)
  parts.after.canvas.setAttribute("aria-label", `After: ${data.after.text} Arrow keys move over the pixels, Enter keeps one for the maths.`)
  const work = [paint(parts.before.canvas, data.before.png), paint(parts.after.canvas, data.after.png)]
  if (data.difference) {
    caption(parts.difference, "After − before", data.difference.text)
    parts.difference.canvas.setAttribute("aria-label", `After minus before: ${data.difference.text}`)
    work.push(paint(parts.difference.canvas, data.difference.png))
  }
  await Promise.all(work)
  const { canvas } = parts.before
  if (state.read !== canvas.encoded) {
    state.before = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
    state.read = canvas.encoded
  }
  if (!parts.after.canvas.matches(":hover")) state.at = state.kept
  describe(state)
}

export default function ({ data: given, parentElement, setTriggerValue }) {
  const [before, after, difference] = given.pictures
  const data = { ...given, before, after, difference, filter: given.filters[0] }
  let state = states.get(parentElement)
  if (!state) {
    state = { channel: 0 }
    states.set(parentElement, state)
    setUp(parentElement, state)
  }
  state.data = data
  state.send = setTriggerValue
  state.kept = { row: data.pixel[0], column: data.pixel[1] }
  state.at ??= state.kept
  update(state)
  return () => {
    state.observer.disconnect()
    states.delete(parentElement)
  }
}
