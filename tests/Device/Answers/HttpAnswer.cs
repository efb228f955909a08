namespace Serverless.Device.Answers;

/// <summary>An answer as it came over the wire, its body already decompressed.</summary>
/// <param name="Status">The HTTP status code.</param>
/// <param name="MediaType">The content type without parameters, or null.</param>
/// <param name="Body">The body, empty where there was none.</param>
/// <param name="RetryAfter">The <c>Retry-After</c> header as sent, or null.</param>
internal sealed record HttpAnswer(int Status, string? MediaType, byte[] Body, string? RetryAfter = null)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    public bool IsJson => MediaType is "application/json";
}
