using System.Collections.Immutable;
using Serverless.Access.Tokens;
using Serverless.Approvals;
using Serverless.Channels;
using Serverless.Devices;
using Serverless.Devices.Authentication;
using Serverless.Keys;
using Serverless.Ledger;
using Serverless.Notices;
using Serverless.Rollbacks;
using Serverless.Rollouts;

namespace Serverless.Releases;

/// <summary>What one act changes in an app, committed whole or not at all, with its ledger entries.</summary>
internal sealed record CatalogChange
{
    public ImmutableArray<Release> Releases { get; init; } = [];

    public ImmutableArray<Channel> Channels { get; init; } = [];

    public ImmutableArray<ApprovalRequest> Approvals { get; init; } = [];

    public ImmutableArray<KnownKey> Keys { get; init; } = [];

    public DeviceAuthentication? Authentication { get; init; }

    public Pin? Pin { get; init; }

    /// <summary>The device whose pin is taken away. It must have one.</summary>
    public DevicePseudonym? Unpinned { get; init; }

    public Incident? Incident { get; init; }

    public ImmutableArray<Notice> Notices { get; init; } = [];

    /// <summary>Notices that were kept long enough; they must exist.</summary>
    public ImmutableArray<string> ForgottenNotices { get; init; } = [];

    public ImmutableArray<ApiToken> Tokens { get; init; } = [];

    /// <summary>Tokens that ended long ago; they must exist.</summary>
    public ImmutableArray<string> ForgottenTokens { get; init; } = [];

    public required ImmutableArray<LedgerEntry> Ledger { get; init; }

    /// <summary>When set, a change with the same digest is committed once, however often it is tried.</summary>
    public Sha256Digest? Once { get; init; }
}
