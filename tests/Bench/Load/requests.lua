-- Posts the lines of a file, in turn, to one path, or gets the path when there is no file; prints what was measured as one line of JSON.
-- wrk -s requests.lua URL -- PATH [FILE]
local requests, at = {}, 0

function init(arguments)
  local headers = { ["Content-Type"] = "application/json", ["Accept-Encoding"] = "gzip" }
  if not arguments[2] then
    requests[1] = wrk.format("GET", arguments[1], headers)
    return
  end
  for line in io.lines(arguments[2]) do
    requests[#requests + 1] = wrk.format("POST", arguments[1], headers, line)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"microseconds":%d,"p50":%d,"p99":%d,"refused":%d,"broken":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
