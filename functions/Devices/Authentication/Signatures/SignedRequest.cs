using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Serverless.Devices.Authentication.Signatures;

/// <summary>A request and its signature, as far as both can be judged without the key. What is signed is read as it came, not as it was decoded.</summary>
internal sealed class SignedRequest
{
    private const string Method = "@method";
    private const string Path = "@path";
    private const string Query = "@query";
    private const string Authority = "@authority";

    private readonly HttpRequest _request;
    private readonly ReadOnlyMemory<byte> _body;
    private readonly string _path;
    private readonly string _query;

    private SignedRequest(HttpRequest request, ReadOnlyMemory<byte> body, MessageSignature signature)
    {
        (_request, _body, Signature) = (request, body, signature);
        var target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var mark = target.IndexOf('?', StringComparison.Ordinal);
        (_path, _query) = mark < 0 ? (target, "") : (target[..mark], target[mark..]);
    }

    public MessageSignature Signature { get; }

    /// <returns>Null when the request is not signed, or not in a form that is read.</returns>
    public static SignedRequest? Read(HttpRequest request, ReadOnlyMemory<byte> body) =>
        MessageSignature.Read(request.Headers) is { } signature ? new SignedRequest(request, body, signature) : null;

    /// <summary>The signature covers what decides about the answer, and the body is the one that was signed.</summary>
    public bool IsWhole() =>
        Covers(Method) && Covers(Path)
        && (_query.Length == 0 || Covers(Query))
        && (_body.IsEmpty && !Covers(ContentDigest.Header) || Covers(ContentDigest.Header) && ContentDigest.IsOf(ValueOf(ContentDigest.Header), _body.Span));

    /// <returns>The text that was signed; null when it cannot be told.</returns>
    public byte[]? Text() => SignatureBase.Of(Signature, ValueOf);

    private bool Covers(string component) => Signature.Components.Contains(component);

    private string? ValueOf(string component) => component switch
    {
        Method => _request.Method,
        Path => _path,
        Query => _query.Length == 0 ? "?" : _query,
        Authority => _request.Host.Value?.ToLowerInvariant(),
        ['@', ..] => null,
        _ => IsFieldName(component) && _request.Headers.TryGetValue(component, out var values) ? string.Join(", ", values.Select(value => value?.Trim(' ', '\t'))) : null,
    };

    // Field names are compared without regard to case, and signed in lower case: another spelling would be a second name.
    private static bool IsFieldName(string component) => component.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '-' or '_');
}
