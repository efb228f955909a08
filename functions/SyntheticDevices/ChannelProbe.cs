using Microsoft.Extensions.Options;
using Serverless.Bundles;
using Serverless.Bundles.Content;
using Serverless.Keys;
using Serverless.Releases;
using Serverless.Signing;

namespace Serverless.SyntheticDevices;

/// <summary>Has a synthetic device of each plugin generation, with each key that is good, install what a channel offers.</summary>
internal sealed class ChannelProbe(
    ReleaseCatalog catalog,
    KeyRing ring,
    PublicKeys keys,
    SyntheticDevice devices,
    SyntheticHttp http,
    BundleInspector inspector,
    Telemetry telemetry,
    IOptions<SyntheticDeviceOptions> options,
    IOptions<BundleOptions> bundles,
    IOptions<ContentOptions> content)
{
    // Where intake lets pages through whose scripts are missing, devices do not complain of them either.
    public ProbeRun Begin() => new(
        catalog,
        ring,
        keys,
        devices,
        new SyntheticInstall(http, inspector, bundles.Value.TempFolder, content.Value.MissingReference is ContentAction.Error, options.Value),
        telemetry,
        options.Value);
}
