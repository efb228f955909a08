using System.Collections.Immutable;
using Serverless.Bundles;
using Serverless.Bundles.Content;

namespace Serverless.Commands;

/// <summary>Where bundles are pushed to, and who tells what became of them.</summary>
internal interface IPushTarget
{
    /// <summary>Between two questions for the verdict.</summary>
    TimeSpan PollInterval { get; }

    /// <summary>Holds what the bundle contains against the rules, where they are known here; otherwise the verdict tells.</summary>
    Task<(Rejection? Rejection, ImmutableArray<ContentFinding> Warnings)> ReviewAsync(
        UploadName name, ContentFacts facts, UploadMetadata metadata, CancellationToken cancellation);

    Task<UploadReceipt> UploadAsync(PushRequest request, UploadName name, TempZip zip, IProgress<long> progress, CancellationToken cancellation);

    Task<UploadVerdict> FindVerdictAsync(UploadName name, UploadReceipt receipt, CancellationToken cancellation);
}
