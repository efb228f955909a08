using Google.Protobuf;

namespace Serverless.Tests.EndToEnd.Observability;

/// <summary>What is looked at of a span, read from OTLP: opentelemetry-proto, trace/v1/trace.proto.</summary>
/// <param name="Trace">Its trace id, in lower-case hex.</param>
/// <param name="Id">Its own.</param>
/// <param name="Parent">Its parent's; empty for none.</param>
/// <param name="Attributes">Those that are texts.</param>
internal sealed record Span(string Trace, string Id, string Parent, string Name, IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>Every span of an <c>ExportTraceServiceRequest</c>: resource_spans (1), scope_spans (2), spans (2).</summary>
    public static IEnumerable<Span> ReadAll(byte[] request) =>
        from resource in Fields(request, 1)
        from scope in Fields(resource, 2)
        from span in Fields(scope, 2)
        select Read(span);

    private static Span Read(byte[] span) => new(
        Hex(Fields(span, 1)),
        Hex(Fields(span, 2)),
        Hex(Fields(span, 4)),
        Text(Fields(span, 5)),
        Fields(span, 9).ToDictionary(attribute => Text(Fields(attribute, 1)), attribute => Text(Fields(attribute, 2).SelectMany(value => Fields(value, 1)))));

    private static string Hex(IEnumerable<byte[]> values) => Convert.ToHexStringLower(values.SingleOrDefault() ?? []);

    private static string Text(IEnumerable<byte[]> values) => System.Text.Encoding.UTF8.GetString(values.SingleOrDefault() ?? []);

    /// <returns>The values of a field that are messages, texts or bytes.</returns>
    private static List<byte[]> Fields(byte[] message, int number)
    {
        var values = new List<byte[]>();
        using var input = new CodedInputStream(message);
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            if (WireFormat.GetTagFieldNumber(tag) == number && WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
            {
                values.Add(input.ReadBytes().ToByteArray());
            }
            else
            {
                input.SkipLastField();
            }
        }

        return values;
    }
}
