using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.Access;
using Serverless.Access.Issuers;
using Serverless.Access.Tokens;
using Serverless.Approvals;
using Serverless.Apps;
using Serverless.Bundles;
using Serverless.Bundles.Content;
using Serverless.Bundles.Files;
using Serverless.Channels;
using Serverless.Dashboard;
using Serverless.Deliveries;
using Serverless.Deltas;
using Serverless.Devices;
using Serverless.Devices.Authentication;
using Serverless.Devices.Enrolment;
using Serverless.Devices.Erasure;
using Serverless.Errors;
using Serverless.Health;
using Serverless.Keys;
using Serverless.Ledger;
using Serverless.Ledger.Seals;
using Serverless.Limits;
using Serverless.Management;
using Serverless.Notices;
using Serverless.Outcomes;
using Serverless.Releases;
using Serverless.Releases.Documents;
using Serverless.Reports;
using Serverless.Retention;
using Serverless.Rollbacks;
using Serverless.Rollouts;
using Serverless.Signing;
using Serverless.Signing.Local;
using Serverless.Signing.Pkcs11;
using Serverless.Statistics;
using Serverless.Storage;
using Serverless.SyntheticDevices;
using Serverless.Transport;
using Serverless.Transport.Pins;
using Serverless.Updates;

namespace Serverless;

/// <summary>The composition of everything that is the same in both hosts.</summary>
internal static class Pipeline
{
    public static TBuilder AddUpdatePipeline<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services
            .AddStorageClients()
            .AddTransport()
            .AddLimits()
            .AddAccess()
            .AddHealth()
            .AddSigning()
            .AddReleases()
            .AddKeys()
            .AddApprovals()
            .AddIntake()
            .AddUpdates()
            .AddReports()
            .AddStatistics()
            .AddRollbacks()
            .AddRollouts()
            .AddRetention()
            .AddSyntheticDevices()
            .AddNotices()
            .AddDeliveries();
        return builder;
    }

    /// <summary>The custodians of both hosts, and the one that <c>Signing:Custodian</c> names. A host may add more under their names.</summary>
    public static IServiceCollection AddSigning(this IServiceCollection services) => services
        .AddChecked<SigningOptions, SigningOptionsValidator>(SigningOptions.Section)
        .AddSingleton<IValidateOptions<Pkcs11Options>, Pkcs11OptionsValidator>()
        .AddOptions<Pkcs11Options>().BindConfiguration(Pkcs11Options.Section).Services
        .AddKeyedSingleton<ICustodian, LocalKeyCustodian>(CustodianName.Local)
        .AddKeyedSingleton<ICustodian, Pkcs11Custodian>(CustodianName.Pkcs11)
        .AddSingleton(ChosenCustodian)
        .AddSingleton<CustodianHealth>()
        .AddSingleton<PublicKeys>()
        .AddMetrics()
        .AddSingleton<Telemetry>()
        .AddSingleton(provider => Pepper.From(provider.GetRequiredService<IOptions<SigningOptions>>().Value));

    private static IServiceCollection AddTransport(this IServiceCollection services) => services
        .AddChecked<TransportOptions, TransportOptionsValidator>(TransportOptions.Section)
        .AddChecked<ConnectionLimits, ConnectionLimitsValidator>(ConnectionLimits.Section)
        .ConfigureOptions<LimitedConnections>()
        .ConfigureOptions<TrustedProxies>()
        .AddSingleton<OwnPins>();

    private static IServiceCollection AddLimits(this IServiceCollection services) => services
        .AddChecked<LimitOptions, LimitOptionsValidator>(LimitOptions.Section)
        .AddSingleton<DeviceNetworks>()
        .AddSingleton<RequestLimits>();

    /// <summary>Who may call. Guards are asked in the order in which they stand here.</summary>
    private static IServiceCollection AddAccess(this IServiceCollection services) => services
        .AddSingleton<IRequestGuard, CorrelationId>()
        .AddSingleton<IRequestGuard, SecurityHeaders>()
        .AddSingleton<IRequestGuard, HttpsOnly>()
        .AddSingleton<IRequestGuard, NetworkGuard>()
        .AddSingleton<RequestGuards>()
        .AddSingleton<TokenUses>()
        .AddSingleton<ApiTokens>()
        .AddSingleton<TokenAdministration>()
        .AddChecked<EntraIdOptions, EntraIdOptionsValidator>(EntraIdOptions.Section)
        .AddNamed<FederatedOptions, FederatedOptionsValidator>(FederatedOptions.Section, options => options.Rules)
        .AddSingleton<IssuerHttp>()
        .AddSingleton<IssuedTokens>()
        .AddSingleton<BearerTokens>()
        .AddSingleton<IAuthentication, BearerAuthentication>()
        .AddSingleton<ManagementApi>()
        .AddSingleton<DashboardFiles>();

    /// <summary>What an instance needs to be ready; a host may add to it.</summary>
    private static IServiceCollection AddHealth(this IServiceCollection services) => services
        .AddSingleton<IReadinessCheck>(provider => new StorageReadiness(
            "blobs", cancellation => provider.GetRequiredService<BlobServiceClient>().GetBlobContainerClient(Containers.Uploads).GetPropertiesAsync(cancellationToken: cancellation)))
        .AddSingleton<IReadinessCheck>(provider => new StorageReadiness(
            "queues", cancellation => provider.GetRequiredService<QueueServiceClient>().GetQueueClient(Queues.FailureReports).GetPropertiesAsync(cancellation)))
        .AddSingleton<IReadinessCheck>(provider => new StorageReadiness(
            "tables", cancellation => provider.GetRequiredService<ReleaseCatalog>().ReadAllAppsAsync(cancellation)))
        .AddSingleton<IReadinessCheck, KeyReadiness>()
        .AddSingleton<Readiness>();

    private static ICustodian ChosenCustodian(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<SigningOptions>>().Value;
        var custodian = provider.GetKeyedService<ICustodian>(options.Custodian)
            ?? throw new CustodianException($"Signing:Custodian is {options.Custodian}, which only the build for Azure Functions has; choose pkcs11 or local.");
        var paced = options.SignaturesPerSecond is > 0 and var pace ? new RateLimitedCustodian(custodian, pace) : custodian;
        return new AccountedCustodian(paced, provider.GetRequiredService<Telemetry>(), provider.GetRequiredService<ILogger<AccountedCustodian>>());
    }

    private static IServiceCollection AddReleases(this IServiceCollection services) => services
        .AddSingleton<ReleaseCatalog>()
        .AddSingleton<RecentReleases>()
        .AddSingleton<BundleStore>()
        .AddSingleton<ReleaseDocuments>()
        .AddSingleton<ReleaseProof>()
        .AddSingleton<AppAdministration>()
        .AddSingleton<ReleaseAdministration>()
        .AddSingleton<ReleasePromotion>()
        .AddSingleton<LedgerChains>()
        .AddSingleton<LedgerReading>()
        .AddChecked<SealOptions, SealOptionsValidator>(SealOptions.Section)
        .AddSingleton<SealStore>()
        .AddSingleton<SignatureAccount>()
        .AddSingleton<LedgerSealing>()
        .AddSingleton<FileStore>()
        .AddSingleton<FileSignatures>()
        .AddSingleton<FileLists>();

    private static IServiceCollection AddKeys(this IServiceCollection services) => services
        .AddChecked<KeysOptions, KeysOptionsValidator>(KeysOptions.Section)
        .AddSingleton<KeyRing>()
        .AddSingleton<ReleasesInUse>()
        .AddSingleton<KeyRotation>()
        .AddSingleton<KeySightings>()
        .AddSingleton<KeyDevices>()
        .AddSingleton<KeySightingsFlush>()
        .AddHostedService(provider => provider.GetRequiredService<KeySightingsFlush>())
        .AddSingleton<KeyOverview>()
        .AddSingleton<KeyAdministration>();

    private static IServiceCollection AddApprovals(this IServiceCollection services) => services
        .AddSingleton<UploadOrigin>()
        .AddSingleton<ApprovalGate>()
        .AddSingleton<ApprovalAnnouncements>()
        .AddSingleton<ApprovalRequests>()
        .AddSingleton<DecidedUploads>()
        .AddSingleton<ApprovalAdministration>();

    private static IServiceCollection AddIntake(this IServiceCollection services) => services
        .AddChecked<BundleOptions, BundleOptionsValidator>(BundleOptions.Section)
        .AddSingleton<DropZone>()
        .AddSingleton<QuarantineReading>()
        .AddSingleton<DropZoneSweep>()
        .AddSingleton<UploadReception>()
        .AddSingleton<UploadVerdicts>()
        .AddSingleton<BundleInspector>()
        .AddChecked<ContentOptions, ContentOptionsValidator>(ContentOptions.Section)
        .AddSingleton<ContentReview>()
        .AddSingleton<FileListPublisher>()
        .AddSingleton<SignedFormPublisher>()
        .AddSingleton<BundlePublisher>()
        .AddSingleton<BundleIntake>();

    private static IServiceCollection AddUpdates(this IServiceCollection services) => services
        .AddChecked<SnapshotOptions, SnapshotOptionsValidator>(SnapshotOptions.Section)
        .AddChecked<DownloadOptions, DownloadOptionsValidator>(DownloadOptions.Section)
        .AddSingleton<DeviceBody>()
        .AddOptions<DeviceAuthenticationOptions>().BindConfiguration(DeviceAuthenticationOptions.Section).ValidateOnStart().Services
        .AddSingleton<SeenNonces>()
        .AddSingleton<IDeviceGate, DeviceGate>()
        .AddSingleton<EnrolledKeys>()
        .AddSingleton<KeyRevocation>()
        .AddSingleton<KeyEnrolment>()
        .AddSingleton<EnrolmentAdministration>()
        .AddSingleton<AuthenticationAdministration>()
        .AddSingleton<DeviceErasure>()
        .AddSingleton<SharedState>()
        .AddSingleton<SnapshotReader>()
        .AddSingleton<AppSnapshots>()
        .AddSingleton<SnapshotWarmup>()
        .AddHostedService(provider => provider.GetRequiredService<SnapshotWarmup>())
        .AddSingleton<DownloadLinks>()
        .AddSingleton<UpdateAnswers>()
        .AddSingleton<AnswerBodies>()
        .AddSingleton<ChannelOverrides>()
        .AddSingleton<ChannelSelf>()
        .AddSingleton<ChannelWriter>()
        .AddSingleton<ChannelAdministration>()
        .AddSingleton<ChannelEndpoint>()
        .AddSingleton<UpdateCheck>()
        .AddSingleton<DownloadSize>()
        .AddSingleton<UpdateExplanation>()
        .AddSingleton<Sightings>()
        .AddHostedService<SightingsFlush>();

    private static IServiceCollection AddReports(this IServiceCollection services) => services
        .AddChecked<EvidenceOptions, EvidenceOptionsValidator>(EvidenceOptions.Section)
        .AddSingleton<Tickets>()
        .AddSingleton<Tenure>()
        .AddSingleton<NetworkCap>()
        .AddSingleton<EvidenceQueue>()
        .AddSingleton<RecentEvents>()
        .AddSingleton<ReportIntake>()
        .AddSingleton<WrittenOffers>()
        .AddSingleton<Narrowings>()
        .AddSingleton<OutcomeStore>()
        .AddSingleton<DeviceOutcomes>()
        .AddSingleton<EvidenceAttribution>()
        .AddSingleton<OutcomeRecorder>()
        .AddSingleton<DeviceEvents>()
        .AddSingleton<ErrorGroups>()
        .AddSingleton<ErrorRecorder>();

    private static IServiceCollection AddStatistics(this IServiceCollection services) => services
        .AddChecked<StatisticsOptions, StatisticsOptionsValidator>(StatisticsOptions.Section)
        .AddSingleton<KnownVersions>()
        .AddSingleton<RecentOffers>()
        .AddSingleton<ActiveDeviceCounts>()
        .AddSingleton<UsageCounts>()
        .AddSingleton<TransferSizes>()
        .AddSingleton<UsageStore>()
        .AddSingleton<ActiveDevices>()
        .AddSingleton<StatisticsFlush>()
        .AddHostedService(provider => provider.GetRequiredService<StatisticsFlush>())
        .AddSingleton<StatisticsRollUp>()
        .AddSingleton<StatisticsReading>();

    private static IServiceCollection AddRollbacks(this IServiceCollection services) => services
        .AddChecked<RollbackOptions, RollbackOptionsValidator>(RollbackOptions.Section)
        .AddSingleton<VerificationIncidents>()
        .AddSingleton<FileListProof>()
        .AddSingleton<RollbackTarget>()
        .AddChecked<RecoveryOptions, RecoveryOptionsValidator>(RecoveryOptions.Section)
        .AddSingleton<RecoveryQueue>()
        .AddSingleton<IncidentJournal>()
        .AddSingleton<IncidentOpening>()
        .AddSingleton<TargetSearch>()
        .AddSingleton<RecoveryPlanning>()
        .AddSingleton<RecoveryMoves>()
        .AddSingleton<RecoveryConfirmation>()
        .AddSingleton<RecoveryProbe>()
        .AddSingleton<Recovery>()
        .AddSingleton<RecoveryRun>()
        .AddSingleton<RecoverySweep>()
        .AddSingleton<ProbeIncidents>()
        .AddSingleton<IncidentAdministration>()
        .AddSingleton<OrderedWithdrawal>()
        .AddSingleton<ReleaseWithdrawal>()
        .AddSingleton<ReleaseTrial>()
        .AddSingleton<FailureReports>();

    private static IServiceCollection AddRollouts(this IServiceCollection services) => services
        .AddSingleton<RolloutHealth>()
        .AddSingleton<RolloutAdministration>()
        .AddSingleton<RolloutRamp>()
        .AddSingleton<PinAdministration>();

    private static IServiceCollection AddRetention(this IServiceCollection services) => services
        .AddChecked<RetentionOptions, RetentionOptionsValidator>(RetentionOptions.Section)
        .AddSingleton<HoldingsReading>()
        .AddSingleton<RetentionPlanning>()
        .AddSingleton<ReleaseCollection>()
        .AddSingleton<EvidenceCollection>()
        .AddSingleton<BlobCollection>()
        .AddSingleton<RetentionRun>();

    private static IServiceCollection AddSyntheticDevices(this IServiceCollection services) => services
        .AddChecked<SyntheticDeviceOptions, SyntheticDeviceOptionsValidator>(SyntheticDeviceOptions.Section)
        .AddSingleton<OwnAddress>()
        .AddSingleton<SyntheticHttp>()
        .AddSingleton<SyntheticDevice>()
        .AddSingleton<ChannelProbe>()
        .AddSingleton<ProbeSweep>();

    private static IServiceCollection AddNotices(this IServiceCollection services) => services
        .AddChecked<NoticeOptions, NoticeOptionsValidator>(NoticeOptions.Section)
        .AddSingleton<NoticeCache>()
        .AddSingleton<NoticeAnnouncements>()
        .AddSingleton<NoticeBoard>()
        .AddSingleton<NoticeReading>()
        .AddSingleton<NoticeUpkeep>()
        .AddSingleton<IIncidentObserver, IncidentNotices>();

    private static IServiceCollection AddDeliveries(this IServiceCollection services) => services
        .AddNamed<WebhookOptions, WebhookOptionsValidator>(WebhookOptions.Section, options => options.Endpoints)
        .AddChecked<DeliveryOptions, DeliveryOptionsValidator>(DeliveryOptions.Section)
        .AddChecked<NotificationHubOptions, NotificationHubOptionsValidator>(NotificationHubOptions.Section)
        .AddSingleton<DeliveryHttp>()
        .AddSingleton<DeliveryTargets>()
        .AddSingleton<DeliveryQueue>()
        .AddSingleton<GoneEndpoints>()
        .AddSingleton<Announcer>()
        .AddSingleton<DeliveryAttempt>()
        .AddSingleton<IncidentAnnouncements>()
        .AddSingleton<IIncidentObserver>(provider => provider.GetRequiredService<IncidentAnnouncements>());

    private static IServiceCollection AddChecked<TOptions, TValidator>(this IServiceCollection services, string section)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        services.AddSingleton<IValidateOptions<TOptions>, TValidator>();
        services.AddOptions<TOptions>().BindConfiguration(section).ValidateOnStart();
        return services;
    }

    /// <summary>The same where the names in a section are the user's: it is bound as the dictionary it is.</summary>
    private static IServiceCollection AddNamed<TOptions, TValidator>(this IServiceCollection services, string section, Func<TOptions, object> dictionary)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        services.AddSingleton<IValidateOptions<TOptions>, TValidator>();
        services.AddOptions<TOptions>()
            .Configure<IConfiguration>((options, configuration) => configuration.GetSection(section).Bind(dictionary(options)))
            .ValidateOnStart();
        return services;
    }
}
