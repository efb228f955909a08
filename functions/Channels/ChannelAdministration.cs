using System.Text.Json;
using Serverless.Access;
using Serverless.Apps;
using Serverless.Ledger;
using Serverless.Management;
using Serverless.Releases;

namespace Serverless.Channels;

/// <summary>Shows channels to people and changes whom they serve. Reads the catalog itself: people expect to see what they just changed.</summary>
internal sealed class ChannelAdministration(ReleaseCatalog catalog, ChannelWriter writer)
{
    // Enough of a digest to tell any two states of a channel apart.
    private const int TagLength = 32;

    /// <summary>Identifies what a channel is at present: the same for the same content, whoever reads it and wherever it is stored.</summary>
    public static string Tag(Channel channel) =>
        Sha256Digest.Of(JsonSerializer.SerializeToUtf8Bytes(channel, PipelineJson.Default.Channel)).Hex[..TagLength];

    /// <summary>A page of the app's channels, oldest first.</summary>
    public async Task<ChannelList> ListAsync(AppId app, Page page, CancellationToken cancellation)
    {
        var found = (await catalog.ListChannelsAsync(app, cancellation))
            .Where(channel => channel.Id > (page.AfterNumber ?? 0)).OrderBy(channel => channel.Id).Take(page.Limit + 1).ToArray();
        var (shown, next) = page.Cut(found, channel => Page.Next(channel.Id));
        return new ChannelList([.. shown.Select(ChannelDescription.Of)], next);
    }

    public Task<Channel?> FindAsync(AppId app, ChannelName name, CancellationToken cancellation) => catalog.FindChannelAsync(app, name, cancellation);

    /// <summary>Whether a change would lead devices that name no channel around the approvals of another one.</summary>
    public async Task<bool> EvadesApprovalsAsync(AppId app, Channel channel, ChannelEdit edit, CancellationToken cancellation) =>
        channel is { Public: false, Approvals: null } && edit.ApplyTo(channel).Public
        && (await catalog.ListChannelsAsync(app, cancellation)).Any(other => other.Approvals is not null);

    /// <summary>Changes the settings of a channel that is still as the caller knows it. What is already so is neither written nor recorded.</summary>
    /// <param name="by">Whose decision it is.</param>
    /// <param name="app">The app.</param>
    /// <param name="name">The channel; it is not created here.</param>
    /// <param name="edit">What is to change.</param>
    /// <param name="isKnown">Whether the caller knows the channel of this tag.</param>
    /// <param name="cancellation">Gives up; a change that was sent may still take effect.</param>
    /// <returns>The channel as it is now; null when it is not the one that the caller knows.</returns>
    public Task<Channel?> ChangeAsync(
        Principal by, AppId app, ChannelName name, ChannelEdit edit, Predicate<string> isKnown, CancellationToken cancellation) => writer.ChangeAsync(
        app,
        name,
        isKnown,
        (before, _, _) =>
        {
            var after = edit.ApplyTo(before);
            return Task.FromResult<ChannelAct?>(new ChannelAct(after, [new LedgerEntry(LedgerKind.ChannelChanged, by.Id, $"{name}", ChannelEdit.Compare(before, after))]));
        },
        cancellation);
}
