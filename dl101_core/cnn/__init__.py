"""Convolutional networks: a folder for each lesson, and what several of them share."""

from dl101_core.page_info import PageInfo

TITLE = "Convolutional networks"
PAGES = (
    PageInfo(
        "pages/cnn/convolution.py",
        "Convolution",
        "convolution",
        ":material/grid_on:",
        "Slide a kernel over an image and watch every product and sum.",
        "convolution",
    ),
    PageInfo(
        "pages/cnn/colour.py",
        "Colour",
        "colour",
        ":material/palette:",
        "One filter, three planes: how red, green and blue become one number.",
        "colour",
    ),
    PageInfo(
        "pages/cnn/filters.py",
        "Filters on pictures",
        "filters",
        ":material/blur_on:",
        "Blur, sharpen and find edges, in a sample or in your own picture.",
        "filters",
    ),
    PageInfo(
        "pages/cnn/pooling.py",
        "Pooling",
        "pooling",
        ":material/view_compact:",
        "Shift a picture by a pixel and see what max, average and L2 pooling keep.",
        "pooling",
    ),
    PageInfo(
        "pages/cnn/builder.py",
        "CNN builder",
        "builder",
        ":material/layers:",
        "Put layers together, see what each one costs, and train the network.",
        "builder",
    ),
    PageInfo(
        "pages/cnn/inside.py",
        "What the network sees",
        "inside",
        ":material/visibility:",
        "Maps, kernels, gradients and favourite pictures of a network, on your own drawing.",
        "inside",
    ),
    PageInfo(
        "pages/cnn/dropout.py",
        "Dropout",
        "dropout",
        ":material/grain:",
        "Train a net with and without dropout, and see every mask.",
        "dropout",
    ),
)
