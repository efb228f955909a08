using Serverless.Approvals;
using Serverless.Channels;
using Serverless.Releases;

namespace Serverless.Bundles;

/// <summary>What became of an upload.</summary>
internal abstract record IntakeResult
{
    private IntakeResult()
    {
    }

    /// <summary>A new release; the channel points at it.</summary>
    public sealed record Published(Release Release) : IntakeResult;

    /// <summary>A release that was there already; the channel points at it now.</summary>
    public sealed record Promoted(Release Release, ChannelName Channel) : IntakeResult;

    /// <summary>Everything had been done before: a redelivered upload.</summary>
    public sealed record AlreadyPublished(Release Release) : IntakeResult;

    /// <summary>Sound, and still in the drop zone: its channel needs approvals that it does not have.</summary>
    public sealed record Waiting(ApprovalRequest Request) : IntakeResult;

    /// <summary>In quarantine, with its reason.</summary>
    public sealed record Rejected(Rejection Rejection) : IntakeResult;

    /// <summary>Gone or replaced since the trigger fired; a replacement triggers for itself.</summary>
    public sealed record Superseded : IntakeResult;
}
