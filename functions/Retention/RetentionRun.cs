using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.Apps;
using Serverless.Releases;
using Serverless.Storage;

namespace Serverless.Retention;

/// <summary>Collects, where that is asked for: releases first, then the blobs that nothing names any more.</summary>
internal sealed partial class RetentionRun(
    ReleaseCatalog catalog, ReleaseCollection releases, EvidenceCollection evidence, BlobCollection blobs, IOptions<RetentionOptions> options, ILogger<RetentionRun> logger)
{
    public async Task RunAsync(CancellationToken cancellation)
    {
        if (!options.Value.Collect)
        {
            return;
        }

        await foreach (var (app, _) in catalog.ListAppsAsync(cancellation))
        {
            try
            {
                await releases.RunAsync(app, cancellation);
                await evidence.RunAsync(app, cancellation);
            }
            catch (Exception e) when (StorageFault.IsFromStorage(e))
            {
                // One busy app does not hold up the others; the next run tries again.
                LogFailed(e, app);
            }
        }

        await blobs.RunAsync(cancellation);
    }

    [LoggerMessage(LogLevel.Error, "The releases of {App} could not be collected.")]
    private partial void LogFailed(Exception fault, AppId app);
}
