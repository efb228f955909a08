using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Serverless.Device;

/// <summary>
/// What an app with a client of its own puts between itself and the network: signs each request by RFC 9421 with a key that never leaves it. The
/// unmodified plugin cannot do that.
/// </summary>
/// <param name="inner">Sends.</param>
/// <param name="clock">The device's.</param>
public sealed class RequestSigner(HttpMessageHandler inner, TimeProvider clock) : DelegatingHandler(inner)
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>As the server called the key when it was enrolled.</summary>
    public string KeyId { get; set; } = "new";

    /// <summary>SubjectPublicKeyInfo in DER and base64.</summary>
    public string PublicKey => Convert.ToBase64String(_key.ExportSubjectPublicKeyInfo());

    /// <summary>Sends a request that is signed already, as somebody does who overheard it.</summary>
    public Task<HttpResponseMessage> SendAgainAsync(HttpRequestMessage request, CancellationToken cancellationToken) => base.SendAsync(request, cancellationToken);

    /// <summary>Signs method, path, query and content, at this moment.</summary>
    public async Task SignAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var url = request.RequestUri!;
        var lines = new List<(string Name, string Value)> { ("@method", request.Method.Method), ("@path", url.AbsolutePath) };
        if (url.Query.Length > 0)
        {
            lines.Add(("@query", url.Query));
        }

        if (request.Content is { } content)
        {
            var digest = $"sha-256=:{Convert.ToBase64String(SHA256.HashData(await content.ReadAsByteArrayAsync(cancellationToken)))}:";
            content.Headers.Add("Content-Digest", digest);
            lines.Add(("content-digest", digest));
        }

        var created = clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var parameters = $"({string.Join(' ', lines.Select(line => $"\"{line.Name}\""))});created={created};nonce=\"{nonce}\";keyid=\"{KeyId}\"";
        var text = string.Concat(lines.Select(line => $"\"{line.Name}\": {line.Value}\n")) + $"\"@signature-params\": {parameters}";
        var signature = _key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        Set(request.Headers, "Signature-Input", $"device={parameters}");
        Set(request.Headers, "Signature", $"device=:{Convert.ToBase64String(signature)}:");
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await SignAsync(request, cancellationToken);
        return await base.SendAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _key.Dispose();
        base.Dispose(disposing);
    }

    private static void Set(HttpRequestHeaders headers, string name, string value)
    {
        headers.Remove(name);
        headers.TryAddWithoutValidation(name, value);
    }
}
