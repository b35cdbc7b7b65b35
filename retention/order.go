package retention

// orderPlace stands in a client's payment link where the order's number goes.
const orderPlace = "{order}"
