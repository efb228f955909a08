using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Serverless.Apps;
using Serverless.Devices.Authentication.Certificates;
using Serverless.Devices.Authentication.Signatures;
using Serverless.Devices.Enrolment;
using Serverless.Updates;

namespace Serverless.Devices.Authentication;

/// <summary>
/// Holds a request against what its app asks of devices: methods one after the other, the cheapest first, until one is met. What the app does not
/// ask for is not looked at.
/// </summary>
internal sealed partial class DeviceGate(
    AppSnapshots snapshots, EnrolledKeys keys, IClientCertificates certificates, SeenNonces nonces, Pepper pepper, TimeProvider time, Telemetry telemetry, ILogger<DeviceGate> logger)
    : IDeviceGate
{
    private const string KeyParameter = "key";

    public async ValueTask<AppAdmission> JudgeAsync(HttpRequest request, ReadOnlyMemory<byte> body, AppId app, NetworkTag? network)
    {
        var snapshot = await snapshots.GetAsync(app, network);
        var admission = snapshot.Exists ? await JudgeAsync(request, body, snapshot) : AppAdmission.Refused("unknown_app");
        telemetry.DeviceJudged(admission);
        if (admission.IsRefused)
        {
            LogRefused(app, admission.Method);
        }

        return admission;
    }

    private async ValueTask<AppAdmission> JudgeAsync(HttpRequest request, ReadOnlyMemory<byte> body, AppSnapshot app)
    {
        var asked = app.Authentication;
        if (asked.Accepts(AuthenticationMethod.None))
        {
            return AppAdmission.Anonymous;
        }

        AppAdmission? refused = null;
        if (asked.Accepts(AuthenticationMethod.AppKey) && request.Query[KeyParameter] is [{ Length: > 0 } secret])
        {
            if (AppKey.AnyIs(asked.AppKeys, secret))
            {
                return AppAdmission.ByAppKey;
            }

            refused = AppAdmission.Refused("wrong_app_key");
        }

        if (asked.Accepts(AuthenticationMethod.ClientCertificate) && certificates.Find(request) is { } certificate)
        {
            refused = ClientCertificateRule.Judge(app.App, app.Authorities, certificate, time.GetUtcNow(), pepper);
            if (!refused.IsRefused)
            {
                return refused;
            }
        }

        if (asked.Accepts(AuthenticationMethod.SignedRequest) && SignedRequest.Read(request, body) is { } signed)
        {
            return await JudgeAsync(signed, app);
        }

        return refused ?? AppAdmission.Refused("nothing_shown");
    }

    private async Task<AppAdmission> JudgeAsync(SignedRequest signed, AppSnapshot app)
    {
        var now = time.GetUtcNow();
        if (SignedRequestRule.FindDefect(signed, now) is { } defect)
        {
            return AppAdmission.Refused(defect);
        }

        // Only an id that this deployment made costs a look at storage.
        if (!DeviceKeyId.TryParse(signed.Signature.KeyId, app.App, pepper, out var keyId)
            || await keys.FindAsync(app.App, keyId, app.Authentication.Revocations) is not { } key)
        {
            return AppAdmission.Refused("unknown_device_key");
        }

        if (!SignedRequestRule.IsSignedBy(signed, key))
        {
            return AppAdmission.Refused("wrong_signature");
        }

        return nonces.TryAdd(signed.Signature.KeyId, signed.Signature.Nonce, signed.Signature.CreatedAt)
            ? AppAdmission.OnlyFor(keyId.Device, "signed_request")
            : AppAdmission.Refused("repeated_request");
    }

    [LoggerMessage(LogLevel.Debug, "A request for {App} was refused: {Reason}.")]
    private partial void LogRefused(AppId app, string reason);
}
