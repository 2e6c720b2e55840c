-- Sends the requests of a file, one a line: path, tab, body. Begins at a given line and goes round at the end.
-- wrk -s requests.lua URL -- FILE FIRST METHOD AUTHORIZATION KEY
-- KEY is the beginning of each request's Idempotency-Key, or "-" for none.

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  lines = {}
  for line in io.lines(args[1]) do
    local path, body = line:match("^([^\t]*)\t?(.*)$")
    lines[#lines + 1] = { path, body ~= "" and body or nil }
  end
  sent = tonumber(args[2])
  method = args[3]
  headers = { ["Authorization"] = args[4] }
  if method ~= "GET" then headers["Content-Type"] = "application/json" end
  key = args[5] ~= "-" and args[5] or nil
end

function request()
  local line = lines[sent % #lines + 1]
  if key then headers["Idempotency-Key"] = key .. sent end
  sent = sent + 1
  return wrk.format(method, line[1], headers, line[2])
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "microseconds": %d, "refused": %d, "broken": %d, "p50": %d, "p99": %d, "next": %d}\n',
    summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(99), threads[1]:get("sent")))
end
