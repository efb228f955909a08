using Microsoft.AspNetCore.Http;
using Serverless.Apps;
using Serverless.Devices;
using Serverless.Devices.Authentication;

namespace Serverless.Tests.Support;

/// <summary>Judges every request alike.</summary>
/// <param name="admission">How; null for storage that does not answer.</param>
internal sealed class GateStub(AppAdmission? admission) : IDeviceGate
{
    public GateStub()
        : this(AppAdmission.Anonymous)
    {
    }

    /// <summary>Of a report that may speak for everybody.</summary>
    public static DeviceAdmission Admission => new(_ => ValueTask.FromResult(AppAdmission.Anonymous));

    public ValueTask<AppAdmission> JudgeAsync(HttpRequest request, ReadOnlyMemory<byte> body, AppId app, NetworkTag? network) =>
        admission is null ? throw new TimeoutException("Storage did not answer in time.") : ValueTask.FromResult(admission);
}
