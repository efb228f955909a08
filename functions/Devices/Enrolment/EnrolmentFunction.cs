using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Serverless.Devices.Authentication;
using Serverless.Devices.Authentication.Signatures;
using Serverless.Storage;

namespace Serverless.Devices.Enrolment;

/// <summary>
/// <c>POST /api/device_keys</c>: a device of an app with a client of its own enrols the key that it will sign with. Whatever speaks against it, the
/// answer is the same: it tells neither which apps there are nor which codes.
/// </summary>
internal sealed class EnrolmentFunction(
    KeyEnrolment enrolment, IClientCertificates certificates, DeviceNetworks networks, SeenNonces nonces, Pepper pepper, TimeProvider time)
{
    private const int MaxBytes = 4 * 1024;

    [Function("DeviceKeyEnrolment")]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "api/device_keys")] HttpRequest request, CancellationToken cancellation)
    {
        var (unread, body) = await DeviceBody.ReadAsync(request, MaxBytes, cancellation);
        if (unread is not null)
        {
            return unread.ToHttp();
        }

        if (Read(body) is not { } wish)
        {
            return RequestFault.InvalidJson.ToHttp();
        }

        if (DeviceIdentity.Parse(wish.AppId, wish.DeviceId, pepper, out var device) is { } fault)
        {
            return fault.ToHttp();
        }

        try
        {
            return wish.ReadKey() is { } key
                && IsSignedBy(SignedRequest.Read(request, body), key)
                && await enrolment.RunAsync(device, networks.Of(request), key, wish.Code, certificates.Find(request), cancellation) is { } id
                    ? Results.Json(new EnrolmentAnswer(id.Text), WireJson.Default.EnrolmentAnswer)
                    : RequestFault.EnrolmentRefused.ToHttp();
        }
        catch (Exception e) when (StorageFault.IsFromStorage(e))
        {
            return (RequestFault.Unavailable with { Status = StatusCodes.Status503ServiceUnavailable }).ToHttp();
        }
    }

    private static EnrolmentRequest? Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize(body.Span, WireJson.Default.EnrolmentRequest);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private bool IsSignedBy(SignedRequest? signed, byte[] key) =>
        signed is { Signature: var signature }
        && SignedRequestRule.FindDefect(signed, time.GetUtcNow()) is null
        && SignedRequestRule.IsSignedBy(signed, key)
        && nonces.TryAdd(Convert.ToBase64String(key), signature.Nonce, signature.CreatedAt);
}
